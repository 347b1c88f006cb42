package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/dustin/go-humanize"
	"github.com/spf13/cobra"

	"classify"
	"classify/cluster"
)

func newClusterStatus() *cobra.Command {
	f := new(homeFlags)
	asJSON := false
	cmd := f.command("status", "Show how nodes, partitions and services stand",
		"Show how the processes, the nodes, the partitions and the services of the cluster stand. The exit code is 1 where the cluster does not work as a whole.", cobra.NoArgs,
		func(cmd *cobra.Command, c *cluster.Cluster, _ []string) error {
			s := c.Status(cmd.Context())
			if asJSON {
				if err := writeJSON(cmd.OutOrStdout(), s); err != nil {
					return err
				}
			} else {
				printCluster(cmd.OutOrStdout(), &s)
			}
			if !s.Works() {
				return classify.WithHint(fmt.Errorf("the cluster %s does not work as a whole", s.Name), "classify cluster up starts what does not live; classify doctor tells what is wrong")
			}
			return nil
		})
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

func printCluster(w io.Writer, s *cluster.Status) {
	var rows [][]string
	for _, p := range s.Processes {
		state, led, followed := "does not live", 0, 0
		if p.PID > 0 {
			state = "process " + strconv.Itoa(p.PID)
		}
		i := slices.IndexFunc(s.Members, func(m cluster.Member) bool { return m.Name == p.Name })
		row := []string{p.Name, p.URL, state, "", "", ""}
		if i >= 0 {
			for _, part := range s.Partitions {
				if part.LeaderOn == p.Name {
					led++
				}
				if slices.Contains(part.Followers, p.Name) {
					followed++
				}
			}
			row[3], row[4], row[5] = s.Members[i].State, count(led), count(followed)
		}
		rows = append(rows, row)
	}
	printTable(w, []string{"process", "address", "here", "in the cluster", ">leads", ">follows"}, rows)
	led, open := 0, 0
	for _, p := range s.Partitions {
		if p.Leader {
			led++
		}
	}
	var states []string
	for _, state := range slices.Sorted(maps.Keys(s.Open)) {
		open += s.Open[state]
		states = append(states, fmt.Sprintf("%s %s", count(s.Open[state]), state))
	}
	fmt.Fprintf(w, "\npartitions   %d of %d have a leader\n", led, len(s.Partitions))
	fmt.Fprintf(w, "invocations  %s unfinished", count(open))
	if open > 0 {
		fmt.Fprintf(w, " (%s)", strings.Join(states, ", "))
	}
	fmt.Fprintln(w)
	for _, d := range s.Deployed {
		fmt.Fprintf(w, "service      %s, since %s\n", d.URI, humanize.Time(d.Created))
	}
	snapshots := "none yet"
	if s.Snapshots.Objects > 0 {
		snapshots = fmt.Sprintf("%s, %s, the newest %s", counted(s.Snapshots.Objects, "object"), humanize.IBytes(uint64(s.Snapshots.Bytes)), humanize.Time(s.Snapshots.Newest))
	}
	fmt.Fprintf(w, "snapshots    %s\n", snapshots)
	for node, missing := range s.Missing {
		fmt.Fprintf(w, "%s does not know %s\n", node, strings.Join(missing, ", "))
	}
	for _, p := range s.Problems {
		fmt.Fprintf(w, "not asked: %s\n", printable(p))
	}
}
