package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"classify/cluster"
)

func newClusterCompose() *cobra.Command {
	var f upFlags
	dir := ""
	cmd := &cobra.Command{
		Use:   "compose",
		Short: "Write the same cluster as files for Docker",
		Long: `Write docker-compose.cluster.yml (nodes, MinIO, TimescaleDB, the service),
docker-compose.dev.yml (one node and a database, for a service on this machine) and
the key with which the nodes sign their requests. Secrets come from the environment.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if _, err := f.lineup(cmd); err != nil {
				return err
			}
			if f.nodes < 1 || f.nodes > cluster.MaxNodes {
				return usagef("--nodes %d: write a number from 1 to %d", f.nodes, cluster.MaxNodes)
			}
			t := cluster.Default(f.name, f.nodes)
			t.Service.Replicas = f.replicas
			serve, err := f.serveFlags(cmd)
			if err != nil {
				return err
			}
			files, err := t.WriteCompose(dir, serve...)
			if err != nil {
				return err
			}
			for _, path := range files {
				fmt.Fprintln(cmd.OutOrStdout(), path)
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "\n  export CLASSIFY_S3_SECRET_KEY=… CLASSIFY_POSTGRES_PASSWORD=…\n  docker compose -f %s up -d --build\n", cluster.ClusterFile)
			return err
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&f.name, "name", defaultCluster, "name of the cluster")
	flags.IntVar(&f.nodes, "nodes", 3, "Restate nodes")
	flags.IntVar(&f.replicas, "replicas", 1, "containers of the service")
	flags.IntVar(&f.samples, "samples", 60, "use the newest N values of each indicator (0: all)")
	flags.StringVar(&dir, "out", ".", "folder to write to")
	f.modelFlags.register(cmd)
	return cmd
}
