package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"classify"
	"classify/cluster"
	"classify/cluster/doctor"
	"classify/llm"
	"classify/llm/provider"
)

// doctorFlags are the flags of "classify doctor".
type doctorFlags struct {
	homeFlags
	modelFlags
	fix, json, containers bool
	nodes                 int
}

func newDoctor() *cobra.Command {
	var f doctorFlags
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Find out what is wrong with a cluster, and how to mend it",
		Long: `Look at the nodes, the partitions, the services, the object store, the store and the
provider of a cluster. Every trouble comes with its cause and the command that mends
it; --fix does what is safe: it creates the bucket, registers the service again,
resumes paused invocations and migrates the store.

The exit code is 1 where there is an error.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return f.run(cmd) },
	}
	f.homeFlags.register(cmd.Flags())
	f.modelFlags.register(cmd)
	registerMigrateURL(cmd)
	flags := cmd.Flags()
	flags.BoolVar(&f.fix, "fix", false, "do what is safe")
	flags.BoolVar(&f.json, "json", false, "print JSON")
	flags.BoolVar(&f.containers, "containers", false, "look at the cluster of the compose files instead of that of processes")
	flags.IntVar(&f.nodes, "nodes", 3, "--containers: nodes of the compose files")
	return cmd
}

func (f *doctorFlags) run(cmd *cobra.Command) error {
	sources, err := f.sources(cmd)
	if err != nil {
		return err
	}
	look := doctor.Diagnose
	if f.fix {
		look = doctor.Mend
	}
	report := look(cmd.Context(), sources)
	write := report.WriteText
	if f.json {
		write = report.WriteJSON
	}
	if err := write(cmd.OutOrStdout()); err != nil {
		return err
	}
	if report.Worst() == doctor.Error {
		return fmt.Errorf("%s found", counted(report.Count(doctor.Error), "error"))
	}
	return nil
}

// sources are whom the checks ask.
func (f *doctorFlags) sources(cmd *cobra.Command) (*doctor.Sources, error) {
	var s *doctor.Sources
	if f.containers {
		s = &doctor.Sources{Topology: cluster.Default(f.name, f.nodes), Containers: true}
		s.Topology.S3.SecretKey = os.Getenv("CLASSIFY_S3_SECRET_KEY")
	} else {
		c, err := f.open(cmd)
		if errors.Is(err, fs.ErrNotExist) {
			return nil, classify.WithHint(err, "classify cluster up makes one; --dir and --name say which, --containers that it is the one of the compose files")
		}
		if err != nil {
			return nil, err
		}
		s = doctor.Native(c)
	}
	if cmd.Flags().Changed("name") {
		s.Flags += " --name " + quoted(f.name)
	}
	if cmd.Flags().Changed("dir") {
		s.Flags += " --dir " + quoted(f.dir)
	}
	at, err := storePlace(cmd)
	if err != nil {
		return nil, err
	}
	if at.url != "" {
		s.StoreURL = at.url
		s.Store = func(ctx context.Context) (classify.StoreInfo, []classify.Finding, error) { return lookAt(ctx, at) }
		s.Migrate = func(ctx context.Context) error {
			store, err := at.open(ctx, false, cmd.Flags().Lookup(migrateURL).Value.String())
			if err != nil {
				return err
			}
			return store.Close()
		}
	}
	lineup, err := f.lineup(cmd)
	if err != nil {
		return nil, err
	}
	s.Provider = func(ctx context.Context) (doctor.Provider, error) { return f.provider(ctx, lineup, at) }
	return s, nil
}

// lookAt opens the store for reading and asks it.
func lookAt(ctx context.Context, at place) (classify.StoreInfo, []classify.Finding, error) {
	store, err := at.open(ctx, true, "")
	if err != nil {
		return classify.StoreInfo{}, nil, err
	}
	defer store.Close()
	info, err := store.Info(ctx)
	if err != nil {
		return info, nil, err
	}
	findings, err := store.Check(ctx)
	return info, findings, err
}

// provider is what is known of the provider without a call that costs something:
// its key, and the limits that it announced to earlier calls.
func (f *doctorFlags) provider(ctx context.Context, lineup *lineup, at place) (doctor.Provider, error) {
	if lineup.offline() {
		return doctor.Provider{}, nil
	}
	id := lineup.models()[0]
	known, err := provider.ByName(id.Provider)
	if err != nil {
		return doctor.Provider{}, err
	}
	p := doctor.Provider{Name: id.String(), KeyName: known.KeyVar, KeySet: lineup.keys[id] != "", RPM: lineup.rpm, TPM: lineup.tpm}
	store, err := at.open(ctx, true, "")
	if err != nil {
		return p, err
	}
	defer store.Close()
	traits, err := llm.MemoryIn(store).Traits(ctx, id)
	p.AllowedRPM, p.AllowedTPM = traits.Limits.Requests.Limit, traits.Limits.Total.Limit
	return p, err
}
