package egressconfig

import (
	"context"
	"encoding/json"
	"errors"
	"os"

	"istio-ci/node/internal/config"
	"istio-ci/node/internal/kube"
)

// Serve keeps the ConfigMaps in every namespace until the context ends. It returns at once if there is
// neither a CA nor a proxy.
func Serve(ctx context.Context, client *kube.Client, c config.Config, report func(error)) {
	var extraCA []byte
	if c.ExtraCA != "" {
		content, err := os.ReadFile(c.ExtraCA)
		if err != nil {
			report(err)
		}
		extraCA = content
	}
	all := wanted(extraCA, c.Proxy)
	if len(all) == 0 {
		return
	}
	paths := []string{"/api/v1/namespaces"}
	for name := range all {
		paths = append(paths, "/api/v1/configmaps?fieldSelector=metadata.name%3D"+name)
	}
	client.Follow(ctx, report, paths, func(ctx context.Context, lists [][]byte) error {
		var namespaces struct{ Items []namespace }
		if err := json.Unmarshal(lists[0], &namespaces); err != nil {
			return err
		}
		var found []configMap
		for _, list := range lists[1:] {
			var maps struct{ Items []configMap }
			if err := json.Unmarshal(list, &maps); err != nil {
				return err
			}
			found = append(found, maps.Items...)
		}
		var errs []error
		for _, c := range changes(namespaces.Items, found, all) {
			errs = append(errs, apply(ctx, client, c))
		}
		return errors.Join(errs...)
	})
}

func apply(ctx context.Context, client *kube.Client, c change) error {
	path := "/api/v1/namespaces/" + c.namespace + "/configmaps"
	if c.exists {
		return client.Merge(ctx, path+"/"+c.name, map[string]any{"data": c.data})
	}
	return client.Create(ctx, path, map[string]any{
		"metadata": map[string]any{
			"name":        c.name,
			"annotations": map[string]string{"kubernetes.io/description": "For connections out of the cluster; kept up to date by istio-ci."},
		},
		"data": c.data,
	})
}
