package cluster

import "github.com/compose-spec/compose-go/v2/types"

const devHead = `
For work on the service: one Restate node and PostgreSQL in containers, the service
on the host. The node reaches the host as host.docker.internal.

Once, beside this file, in a file .env that only you can read (chmod 600 .env):
  CLASSIFY_POSTGRES_PASSWORD=…

  docker compose -f docker-compose.dev.yml up -d --wait
  PGPASSWORD=… classify serve --engine restate --store postgres://classify@127.0.0.1:5432/classify
  curl -fsS http://127.0.0.1:9070/deployments -H 'Content-Type: application/json' -d '{"uri":"http://host.docker.internal:9080","force":true}'

Docker Desktop leads host.docker.internal to the loopback interface of the host, so
that this is all. On Linux it is the address of the bridge, and there the service has
to listen; with the key it lets in nobody but this node:
  classify serve --engine restate --store … --listen 172.17.0.1:9080 --identity-key publickeyv1_…
`

// devProject is one node and a store, for a service on the host. It takes no
// snapshots: there is no object store.
func (t *Topology) devProject() *types.Project {
	one := *t
	one.Name, one.Nodes, one.Replication = t.Name+"-dev", t.Nodes[:1], 1
	p := newProject(one.Name)
	n := one.Nodes[0]
	at := one.contained(n)
	at.s3 = ""
	s := one.containerNode(n, at)
	keeps(p, &s, n.Name, dataAt)
	p.Services[n.Name] = s
	addPostgres(p)
	return p
}
