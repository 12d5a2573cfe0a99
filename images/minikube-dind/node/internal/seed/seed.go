// Package seed copies objects that every API server creates at its first start from the image's build into
// the etcd of a new cluster.
//
// The API server's hook rbac/bootstrap-roles sleeps for a second before it creates the default roles
// (EnsureRBACPolicy in k8s.io/kubernetes). Until then only administrators may do anything. With the roles in
// the seed, all programs can work in that second. The hook still runs and finds nothing to do.
package seed

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"istio-ci/node/internal/config"
)

// Path is the seed in the image.
const Path = "/usr/share/istio-ci/etcd-seed.json"

// entry is a key of etcd and its value. encoding/json encodes both as base64, as etcd's JSON API does.
type entry struct {
	Key   []byte `json:"key"`
	Value []byte `json:"value"`
}

// kept are the kinds of objects that do not depend on the addresses, keys or names of a cluster. Nothing else
// is copied.
var kept = []string{
	"/registry/clusterroles/", "/registry/clusterrolebindings/", "/registry/roles/", "/registry/rolebindings/",
	"/registry/priorityclasses/", "/registry/flowschemas/", "/registry/prioritylevelconfigurations/",
	"/registry/services/specs/kube-system/", "/registry/endpointslices/kube-system/", "/registry/ipaddresses/" + config.DNSService,
	"/registry/storageclasses/",
}

// keeps reports whether a key belongs in the seed.
func keeps(key string) bool {
	for _, prefix := range kept {
		if strings.HasPrefix(key, prefix) {
			return true
		}
	}
	return false
}

// Save writes the kept objects of a running etcd to a file and returns their number.
func Save(ctx context.Context, etcd Etcd, path string) (int, error) {
	all, err := etcd.all(ctx, "/registry/")
	if err != nil {
		return 0, err
	}
	var entries []entry
	for _, e := range all {
		if keeps(string(e.Key)) {
			entries = append(entries, e)
		}
	}
	content, err := json.Marshal(entries)
	if err != nil {
		return 0, err
	}
	return len(entries), os.WriteFile(path, content, 0o644)
}

// Load writes a seed into an empty etcd and returns the number of objects.
func Load(ctx context.Context, etcd Etcd, path string) (int, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return 0, err
	}
	var entries []entry
	if err := json.Unmarshal(content, &entries); err != nil {
		return 0, fmt.Errorf("%s: %w", path, err)
	}
	const most = 128 // operations in a transaction, etcd's --max-txn-ops
	for start := 0; start < len(entries); start += most {
		if err := etcd.put(ctx, entries[start:min(start+most, len(entries))]); err != nil {
			return 0, err
		}
	}
	return len(entries), nil
}
