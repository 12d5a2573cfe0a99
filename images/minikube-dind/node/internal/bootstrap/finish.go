package bootstrap

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"time"

	"istio-ci/node/internal/kube"
	"istio-ci/node/internal/ready"
	"istio-ci/node/internal/status"
	"istio-ci/node/internal/system"
)

// KubeconfigPath is where the administrator's kubeconfig appears, in one rename, when everything is true.
const KubeconfigPath = "/kubeconfig"

// finish looks at everything once more, at the same moment, and then says that the cluster is ready.
func finish(ctx context.Context, m Machine, admin *kube.Client, kubeconfig []byte) error {
	limited, stop := context.WithTimeout(ctx, m.Config.Limit(30*time.Second))
	defer stop()
	checks := ready.All(admin, m.Name, m.Config.Limit)
	err := ready.Await(limited, m.poll(), func(ctx context.Context) error { return atOnce(ctx, slices.Collect(maps.Values(checks))) })
	if err != nil {
		return err
	}
	version, err := admin.Version(limited)
	if err != nil {
		return err
	}
	if err := system.WriteFile(KubeconfigPath, kubeconfig, 0o600); err != nil {
		return err
	}
	m.Timeline.Say("everything is true, Kubernetes %s: %s", version, KubeconfigPath)
	return status.Update(m.Timeline.Path, func(s *status.Status) error {
		s.Ready, s.Kubernetes = true, version
		return nil
	})
}

// atOnce runs all checks side by side and returns every error.
func atOnce(ctx context.Context, checks []ready.Check) error {
	errs := make([]error, len(checks))
	var all sync.WaitGroup
	for i, check := range checks {
		all.Go(func() { errs[i] = check(ctx) })
	}
	all.Wait()
	return errors.Join(errs...)
}
