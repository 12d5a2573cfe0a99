package loadbalancer

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"istio-ci/node/internal/kube"
)

// Serve assigns the address ip to services of type LoadBalancer, now and after every change, until the
// context ends.
func Serve(ctx context.Context, client *kube.Client, ip string, report func(error)) {
	client.Follow(ctx, report, []string{"/api/v1/services"}, func(ctx context.Context, lists [][]byte) error {
		var services struct{ Items []service }
		if err := json.Unmarshal(lists[0], &services); err != nil {
			return err
		}
		var errs []error
		for _, d := range assign(services.Items, ip) {
			errs = append(errs, apply(ctx, client, d, ip))
		}
		return errors.Join(errs...)
	})
}

func apply(ctx context.Context, client *kube.Client, d decision, ip string) error {
	wanted, changed := d.wanted(ip, time.Now().UTC().Format(time.RFC3339))
	if !changed {
		return nil
	}
	meta := d.service.Metadata
	patch := map[string]any{"metadata": map[string]string{"resourceVersion": meta.ResourceVersion}, "status": wanted}
	if err := client.Merge(ctx, "/api/v1/namespaces/"+meta.Namespace+"/services/"+meta.Name+"/status", patch); err != nil {
		return err
	}
	about := kube.Reference{APIVersion: "v1", Kind: "Service", Namespace: meta.Namespace, Name: meta.Name, UID: meta.UID}
	if d.conflict != "" {
		return client.RecordEvent(ctx, about, "Warning", "SyncLoadBalancerFailed", "no address: "+d.conflict)
	}
	return client.RecordEvent(ctx, about, "Normal", "EnsuredLoadBalancer", "reachable at the node's address "+ip)
}
