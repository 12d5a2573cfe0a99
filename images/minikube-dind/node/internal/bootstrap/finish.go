package bootstrap

import (
	"context"
	"time"

	"istio-ci/node/internal/status"
	"istio-ci/node/internal/system"
)

// KubeconfigPath is where the administrator's kubeconfig appears, in one rename, when the cluster is ready.
const KubeconfigPath = "/kubeconfig"

// finish runs the checks of all phases once more, at the same moment, and then declares the cluster ready.
func finish(ctx context.Context, c *cluster, phases []phase) error {
	limited, stop := context.WithTimeout(ctx, c.Config.Limit(30*time.Second))
	defer stop()
	var checks []step
	for _, p := range phases {
		if p.check != nil {
			checks = append(checks, p.check)
		}
	}
	if err := await(inParallel(checks...))(limited, c); err != nil {
		return err
	}
	version, err := c.admin.Version(limited)
	if err != nil {
		return err
	}
	if err := system.WriteFile(KubeconfigPath, c.kubeconfig, 0o600); err != nil {
		return err
	}
	c.Timeline.Printf("the cluster is ready, Kubernetes %s: %s", version, KubeconfigPath)
	return status.Update(c.Timeline.Path, func(s *status.Status) error {
		s.Ready, s.Kubernetes = true, version
		return nil
	})
}
