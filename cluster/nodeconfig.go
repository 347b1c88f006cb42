package cluster

import (
	"bytes"
	"fmt"
	"regexp"
	"sort"
	"strings"

	"github.com/BurntSushi/toml"
)

// settings are the keys of a node's configuration, as Restate writes them in
// TOML: tables are maps of the same kind. Restate ignores a key that it does not
// know without a word, so that every one of them is compared with what it says it
// has (see Ignored).
type settings = map[string]any

// place is where a node runs, as far as its configuration depends on it.
type place struct {
	bind     string // address that it listens on
	host     string // by which the others reach it
	ingress  int
	admin    int
	port     int
	nodes    []string // addresses of all nodes
	s3       string   // address of the object store; "": there is none, and no snapshots
	s3Key    string   // access key there; "": it is in AWS_ACCESS_KEY_ID
	data     string   // folder
	identity string   // file of the private key with which it signs its requests; "": it does not
}

// nodeSettings is the configuration of a node, whatever it runs in.
func (t *Topology) nodeSettings(n Node, p place) settings {
	s := settings{
		"cluster-name": t.Name, "node-name": n.Name, "force-node-id": n.ID,
		"roles": []string{"http-ingress", "admin", "worker", "log-server", "metadata-server"},
		// One node alone founds the cluster: two would found two.
		"auto-provision":         n.ID == t.founder(),
		"default-num-partitions": t.Partitions, "default-replication": t.Replication,
		"base-dir": p.data, "bind-ip": p.bind, "bind-port": p.port, "advertised-host": p.host, "listen-mode": "tcp",
		"disable-telemetry": true, "rocksdb-total-memory-size": t.RocksDBMemory,
		"log-format": "compact", "log-disable-ansi-codes": true,
		"metadata-client": settings{"type": "replicated", "addresses": p.nodes},
		"bifrost":         settings{"default-provider": "replicated"},
		"ingress":         settings{"bind-port": p.ingress},
		"admin":           settings{"bind-port": p.admin},
	}
	invoker := settings{"concurrent-invocations-limit": t.InvocationsPerPartition}
	if p.identity != "" {
		invoker["request-identity-private-key-pem-file"] = p.identity
	}
	worker := settings{"invoker": invoker}
	if p.s3 != "" {
		worker["snapshots"] = t.snapshotSettings(p)
	}
	s["worker"] = worker
	return s
}

func (t *Topology) snapshotSettings(p place) settings {
	s := settings{
		"destination": t.Snapshots.Destination(), "snapshot-interval-num-records": t.Snapshots.Records,
		"aws-region": "local", "aws-endpoint-url": p.s3, "aws-allow-http": strings.HasPrefix(p.s3, "http:"),
	}
	if p.s3Key != "" {
		s["aws-access-key-id"] = p.s3Key
	}
	return s
}

// founder is the node that makes the cluster, or 0 where it is made.
func (t *Topology) founder() int {
	if t.Founded {
		return 0
	}
	return t.Nodes[0].ID
}

// native is where a node of a native cluster runs.
func (t *Topology) native(n Node, data, identity string) place {
	return place{bind: n.Host, host: n.Host, ingress: n.Ingress, admin: n.Admin, port: n.Port, nodes: t.Addresses(), s3: t.S3.URL(), data: data, identity: identity}
}

// encodeTOML writes settings as a configuration file. The secret key of the
// object store is not among them: it stands in the environment of the node.
func encodeTOML(s settings) ([]byte, error) {
	var b bytes.Buffer
	e := toml.NewEncoder(&b)
	e.Indent = ""
	if err := e.Encode(s); err != nil {
		return nil, fmt.Errorf("write the configuration of a node: %w", err)
	}
	return b.Bytes(), nil
}

// environment writes settings as variables: RESTATE_WORKER__INVOKER__…, lists in
// brackets. Texts need no quotes: names are taken as they are, and none of the
// others can look like a number or a truth.
func environment(s settings) []string {
	var all []string
	walk(s, nil, func(path []string, value any) {
		name := "RESTATE_" + strings.ToUpper(strings.ReplaceAll(strings.Join(path, "__"), "-", "_"))
		text := fmt.Sprint(value)
		if list, ok := value.([]string); ok {
			text = "[" + strings.Join(list, ",") + "]"
		}
		all = append(all, name+"="+text)
	})
	return all
}

// Ignored names the keys that were written and are not in what the server says it
// has (restate-server --dump-config), as dotted paths, sorted.
func Ignored(written settings, dump []byte) ([]string, error) {
	var known settings
	if err := toml.Unmarshal(dump, &known); err != nil {
		return nil, fmt.Errorf("read what the server says of its configuration: %w", err)
	}
	var ignored []string
	walk(written, nil, func(path []string, value any) {
		at := any(known)
		for _, key := range path {
			table, _ := at.(settings)
			at = table[key]
		}
		if !said(at, value) {
			ignored = append(ignored, strings.Join(path, "."))
		}
	})
	sort.Strings(ignored)
	return ignored, nil
}

// said reports whether a dumped value is the written one. Sizes and addresses come
// back in other words: two sizes, and a slash at the end, are not looked at.
func said(dumped, written any) bool {
	if dumped == nil {
		return false
	}
	if list, ok := written.([]string); ok {
		all, ok := dumped.([]any)
		if !ok || len(all) != len(list) {
			return false
		}
		for i := range list {
			if !said(all[i], list[i]) {
				return false
			}
		}
		return true
	}
	is, should := fmt.Sprint(dumped), fmt.Sprint(written)
	return strings.TrimSuffix(is, "/") == strings.TrimSuffix(should, "/") || sizeForm.MatchString(is) && sizeForm.MatchString(should)
}

// sizeForm is a size in bytes, as people and as Restate write it.
var sizeForm = regexp.MustCompile(`^[0-9.]+ ?[kKMGT]?i?B$`)

// walk visits the values of settings in the order of their keys.
func walk(s settings, path []string, visit func(path []string, value any)) {
	keys := make([]string, 0, len(s))
	for k := range s {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	for _, k := range keys {
		at := append(append([]string(nil), path...), k)
		if table, ok := s[k].(settings); ok {
			walk(table, at, visit)
			continue
		}
		visit(at, s[k])
	}
}
