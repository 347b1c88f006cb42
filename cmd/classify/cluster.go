package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"classify"
	"classify/cluster"
	"classify/restate"
)

// defaultCluster is the name of a cluster that is not given one.
const defaultCluster = "classify"

// homeFlags say which cluster is meant.
type homeFlags struct{ name, dir string }

func (f *homeFlags) register(flags *pflag.FlagSet) {
	flags.StringVar(&f.name, "name", defaultCluster, "name of the cluster")
	flags.StringVar(&f.dir, "dir", "", "folder of its data (default: by its name, in ~/.local/state/classify/clusters)")
}

func (f *homeFlags) folder() (string, error) {
	if f.dir != "" {
		return f.dir, nil
	}
	return cluster.DefaultDir(f.name)
}

// open reads the cluster, which tells what it does on the standard error output.
func (f *homeFlags) open(cmd *cobra.Command) (*cluster.Cluster, error) {
	dir, err := f.folder()
	if err != nil {
		return nil, err
	}
	c, err := cluster.Open(dir)
	if err != nil {
		return nil, err
	}
	if cmd.Flags().Changed("name") && c.Topology.Name != f.name {
		return nil, classify.WithHint(usagef("the cluster in %s is %s, not %s", dir, c.Topology.Name, f.name), "choose another folder with --dir, or leave --name out")
	}
	c.Say = func(line string) { fmt.Fprintln(cmd.ErrOrStderr(), line) }
	return c, nil
}

// upFlags are the flags of whoever may make a cluster.
type upFlags struct {
	homeFlags
	modelFlags
	binaries cluster.Binaries
	nodes    int
	replicas int
	samples  int
}

func (f *upFlags) register(cmd *cobra.Command) {
	flags := cmd.Flags()
	f.homeFlags.register(flags)
	f.modelFlags.register(cmd)
	flags.IntVar(&f.nodes, "nodes", 3, "Restate nodes of a new cluster")
	flags.IntVar(&f.replicas, "replicas", 1, "processes of the service, behind one address")
	flags.IntVar(&f.samples, "samples", 60, "use the newest N values of each indicator (0: all)")
	registerMigrateURL(cmd)
	registerBinaries(flags, &f.binaries)
}

func registerBinaries(flags *pflag.FlagSet, b *cluster.Binaries) {
	flags.StringVar(&b.Server, "restate-server", "", "the program restate-server (default: from the PATH, or make tools)")
	flags.StringVar(&b.Control, "restatectl", "", "the program restatectl (default: from the PATH, or make tools)")
	flags.StringVar(&b.S3, "minio", "", "the program minio (default: from the PATH, or make tools)")
}

func newCluster() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "cluster",
		Short: "Run a Restate cluster: nodes, S3 and the service",
		Long: `Run the nodes of a Restate cluster, the object store of their snapshots and the
classification service, as processes of this machine (docs/cluster.md). compose
writes the same cluster as files for Docker.`,
	}
	return family(cmd, newClusterUp(), newClusterStatus(), newClusterLogs(), newClusterDown(), newClusterClean(), newClusterScale(),
		newClusterSnapshot(), newClusterTrim(), newClusterRestart(), newClusterReplace(), newClusterDeploy(), newClusterCompose(), newClusterBalance())
}

func newClusterUp() *cobra.Command {
	var f upFlags
	cmd := &cobra.Command{
		Use:   "up",
		Short: "Start the cluster, or what does not live of it",
		Long: `Start the nodes, the object store and the service, and return when they work: every
partition has a leader, every node lists the eight services, S3 answers. --store is
where the service and the runs keep their answers; the flags about models are those
of classify run.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, err := f.up(cmd)
			return err
		},
	}
	f.register(cmd)
	return cmd
}

// up makes or opens the cluster, starts it, and shows how to reach it.
func (f *upFlags) up(cmd *cobra.Command) (*cluster.Cluster, error) {
	c, err := f.prepare(cmd)
	if err != nil {
		return nil, err
	}
	if now := c.Topology.Service.Replicas; cmd.Flags().Changed("replicas") && f.replicas != now {
		return nil, classify.WithHint(usagef("the service of the cluster %s has %s, not %d", c.Topology.Name, counted(now, "replica"), f.replicas),
			"classify cluster deploy --replicas %d puts another version in its place", f.replicas)
	}
	began := time.Now()
	if err := c.Up(cmd.Context()); err != nil {
		return nil, err
	}
	fmt.Fprintf(cmd.ErrOrStderr(), "the cluster %s works, after %s\n", c.Topology.Name, time.Since(began).Round(100*time.Millisecond))
	printAccess(cmd, c)
	return c, nil
}

// prepare checks everything that can be checked before anything is started.
func (f *upFlags) prepare(cmd *cobra.Command) (*cluster.Cluster, error) {
	if _, err := f.lineup(cmd); err != nil {
		return nil, err
	}
	at, err := storePlace(cmd)
	if err != nil {
		return nil, err
	}
	if at.url == "" {
		return nil, classify.WithHint(usagef("--store %s: a cluster and its runs share their store, and an SQLite file has a single writer", at.path),
			"--store postgres://USER@HOST:5432/DATABASE")
	}
	store, err := openStore(cmd.Context(), cmd, false) // a wrong address shows now, and the tables are there
	if err != nil {
		return nil, err
	}
	if err := store.Close(); err != nil {
		return nil, err
	}
	c, err := f.open(cmd)
	if errors.Is(err, fs.ErrNotExist) {
		c, err = f.make(cmd)
	} else if err == nil && cmd.Flags().Changed("nodes") && f.nodes != len(c.Topology.Nodes) {
		err = classify.WithHint(usagef("the cluster %s has %s, not %d", c.Topology.Name, counted(len(c.Topology.Nodes), "node"), f.nodes), "classify cluster scale %d", f.nodes)
	}
	if err != nil {
		return nil, err
	}
	if c.Serve, err = f.serveFlags(cmd); err != nil {
		return nil, err
	}
	c.Env = []string{"CLASSIFY_STORE=" + at.url}
	if f.binaries != (cluster.Binaries{}) || c.Binaries == (cluster.Binaries{}) {
		c.Binaries = f.binaries
	}
	return c, nil
}

func (f *upFlags) make(cmd *cobra.Command) (*cluster.Cluster, error) {
	dir, err := f.folder()
	if err != nil {
		return nil, err
	}
	if f.nodes < 1 || f.nodes > cluster.MaxNodes {
		return nil, usagef("--nodes %d: write a number from 1 to %d", f.nodes, cluster.MaxNodes)
	}
	t := cluster.Default(f.name, f.nodes)
	t.Service.Replicas = f.replicas
	c, err := cluster.Make(dir, t)
	if err != nil {
		var invalid *classify.InvalidInputError
		if errors.As(err, &invalid) {
			return nil, &usageError{err}
		}
		return nil, err
	}
	c.Say = func(line string) { fmt.Fprintln(cmd.ErrOrStderr(), line) }
	return c, nil
}

// serveFlags are the flags of this command that the service takes, as they were
// given: keys and the store come to it through the environment.
func (f *upFlags) serveFlags(cmd *cobra.Command) ([]string, error) {
	var args []string
	serve := newServe()
	var failed error
	cmd.Flags().Visit(func(flag *pflag.Flag) {
		own := serve.Flags().Lookup(flag.Name)
		if own == nil || flag.Name == "store" {
			return
		}
		values := []string{flag.Value.String()}
		if list, ok := flag.Value.(pflag.SliceValue); ok {
			values = list.GetSlice()
		}
		for _, v := range values {
			if v != withoutPassword(v) {
				failed = classify.WithHint(usagef("--%s holds a password", flag.Name), "put it into the environment (PGPASSWORD)")
			}
			args = append(args, "--"+flag.Name+"="+v)
		}
	})
	return args, failed
}

// printAccess shows where everything is.
func printAccess(cmd *cobra.Command, c *cluster.Cluster) {
	t := &c.Topology
	var rows [][]string
	for _, n := range t.Nodes {
		rows = append(rows, []string{n.Name, n.IngressURL(), n.AdminURL(), n.NodeURL()})
	}
	w := cmd.OutOrStdout()
	printTable(w, []string{"node", "ingress", "admin and pages", "between nodes"}, rows)
	fmt.Fprintf(w, "\nservice    %s\nS3         %s (bucket %s)\ndata, logs %s\n", t.Service.URL(), t.S3.URL(), t.Snapshots.Bucket, c.Dir)
	nodes := ""
	if dir, err := cluster.DefaultDir(defaultCluster); err != nil || c.Dir != dir {
		nodes = " --nodes " + strings.Join(t.Ingresses(), ",")
	}
	fmt.Fprintf(w, "\n  classify run FILE --engine restate%s%s\n", nodes, storeFlag(cmd))
}

// command is one that works on a cluster that exists.
func (f *homeFlags) command(use, short, long string, args cobra.PositionalArgs, do func(cmd *cobra.Command, c *cluster.Cluster, args []string) error) *cobra.Command {
	cmd := &cobra.Command{Use: use, Short: short, Long: long, Args: args, RunE: func(cmd *cobra.Command, args []string) error {
		c, err := f.open(cmd)
		if err != nil {
			return err
		}
		if text, err := cmd.Flags().GetString("store"); err == nil {
			if at, err := parsePlace("--store", text); err == nil && at.url != "" {
				c.Env = []string{"CLASSIFY_STORE=" + at.url}
			}
		}
		return do(cmd, c, args)
	}}
	f.register(cmd.Flags())
	return cmd
}

func newClusterDown() *cobra.Command {
	return new(homeFlags).command("down", "End all processes of the cluster", "End all processes of the cluster. Its data stays: classify cluster up goes on with it.", cobra.NoArgs,
		func(cmd *cobra.Command, c *cluster.Cluster, _ []string) error { return c.Down(cmd.Context()) })
}

func newClusterClean() *cobra.Command {
	return new(homeFlags).command("clean", "End the cluster and remove its data", "End all processes of the cluster and remove its folder: what is under way there, and the snapshots. Answers stay in the store.", cobra.NoArgs,
		func(cmd *cobra.Command, c *cluster.Cluster, _ []string) error { return c.Clean(cmd.Context()) })
}

func newClusterScale() *cobra.Command {
	return new(homeFlags).command("scale N", "Add or remove nodes", "Add nodes, or remove the last ones, while work goes on. A node that is removed hands over what it keeps first.", cobra.ExactArgs(1),
		func(cmd *cobra.Command, c *cluster.Cluster, args []string) error {
			n, err := strconv.Atoi(args[0])
			if err != nil {
				return usagef("scale %q: write a number of nodes", args[0])
			}
			if err := c.Scale(cmd.Context(), n); err != nil {
				return err
			}
			printAccess(cmd, c)
			return nil
		})
}

func newClusterSnapshot() *cobra.Command {
	return new(homeFlags).command("snapshot", "Write a snapshot of every partition to S3", "", cobra.NoArgs,
		func(cmd *cobra.Command, c *cluster.Cluster, _ []string) error { return snapshot(cmd, c, false) })
}

func newClusterTrim() *cobra.Command {
	return new(homeFlags).command("trim", "Shorten the logs by what snapshots hold", "Write a snapshot of every partition, and shorten the logs by what the snapshots hold.", cobra.NoArgs,
		func(cmd *cobra.Command, c *cluster.Cluster, _ []string) error { return snapshot(cmd, c, true) })
}

func snapshot(cmd *cobra.Command, c *cluster.Cluster, trim bool) error {
	text, err := c.Snapshot(cmd.Context(), trim)
	if err != nil {
		return classify.WithHint(err, "classify doctor tells whether S3 is there")
	}
	if _, err := fmt.Fprint(cmd.OutOrStdout(), text); err != nil {
		return err
	}
	s, err := c.Topology.Stored(cmd.Context())
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s, %s, in %s\n", counted(s.Objects, "object"), humanize.IBytes(uint64(s.Bytes)), c.Topology.Snapshots.Destination())
	return err
}

func newClusterRestart() *cobra.Command {
	return new(homeFlags).command("restart NODE", "Restart a node, s3 or service-1", "", cobra.ExactArgs(1),
		func(cmd *cobra.Command, c *cluster.Cluster, args []string) error {
			return c.Restart(cmd.Context(), args[0])
		})
}

func newClusterReplace() *cobra.Command {
	return new(homeFlags).command("replace NODE", "Give a node that lost its disk a successor",
		"A node that has lost its data cannot come back under its id. Its successor has a new one and the same ports; the old node is removed from the cluster.", cobra.ExactArgs(1),
		func(cmd *cobra.Command, c *cluster.Cluster, args []string) error {
			_, err := c.Replace(cmd.Context(), args[0])
			if err == nil {
				printAccess(cmd, c)
			}
			return err
		})
}

// newClusterBalance distributes requests to the replicas of a native cluster.
func newClusterBalance() *cobra.Command {
	var listen string
	cmd := &cobra.Command{
		Use:    "balance URL,…",
		Short:  "Distribute the requests of the nodes to replicas of the service",
		Hidden: true, // classify cluster up starts it where there are several replicas
		Args:   cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			b, err := cluster.NewBalancer(strings.Split(args[0], ","))
			if err != nil {
				return &usageError{err}
			}
			l, err := net.Listen("tcp", listen)
			if err != nil {
				return err
			}
			ctx, stop := context.WithCancel(cmd.Context())
			defer stop()
			watched := make(chan error, 1)
			go func() { watched <- b.Watch(ctx) }()
			err = restate.Serve(cmd.Context(), l, b, time.Second)
			stop()
			return errors.Join(err, <-watched)
		},
	}
	cmd.Flags().StringVar(&listen, "listen", "127.0.0.1:9080", "address to listen on")
	return cmd
}

func newClusterLogs() *cobra.Command {
	f := new(homeFlags)
	follow := false
	cmd := f.command("logs [NODE]", "Show the logs of a node, s3, service-1 or all", "", cobra.MaximumNArgs(1), func(cmd *cobra.Command, c *cluster.Cluster, args []string) error {
		return c.Logs(cmd.Context(), cmd.OutOrStdout(), follow, args...)
	})
	cmd.Flags().BoolVarP(&follow, "follow", "f", false, "go on with what comes")
	return cmd
}

func newClusterDeploy() *cobra.Command {
	var f upFlags
	var admin string
	cmd := &cobra.Command{
		Use:   "deploy [URL]",
		Short: "Put a new version of the service in the place of the old one",
		Long: `Start the service as this program and these flags have it beside the one that runs,
give new work to it, wait until the old one has finished what it began, and end
that. With a URL: register a service that something else keeps running there, in
the same way; nothing is started or ended then.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			say := func(format string, args ...any) { fmt.Fprintf(cmd.ErrOrStderr(), format+"\n", args...) }
			if len(args) == 1 {
				return cluster.DeployAt(cmd.Context(), cluster.Admin{URL: strings.TrimRight(admin, "/")}, args[0], say)
			}
			c, err := f.prepare(cmd)
			if err != nil {
				return err
			}
			if f.binaries.Self, err = os.Executable(); err != nil {
				return err
			}
			c.Binaries.Self = f.binaries.Self
			replicas := c.Topology.Service.Replicas
			if cmd.Flags().Changed("replicas") {
				replicas = f.replicas
			}
			return c.Deploy(cmd.Context(), replicas)
		},
	}
	f.register(cmd)
	cmd.Flags().StringVar(&admin, "admin", cluster.NewNode(1).AdminURL(), "admin API of any node, where a URL is deployed")
	return cmd
}
