package bootstrap

import (
	"context"
	"errors"
	"sync"
	"time"

	"istio-ci/node/internal/ready"
	"istio-ci/node/internal/service"
	"istio-ci/node/internal/system"
)

// step is a piece of work in a boot, or a check.
type step func(context.Context, *cluster) error

// steps runs one step after the other and stops at the first error.
func steps(all ...step) step {
	return func(ctx context.Context, c *cluster) error {
		for _, do := range all {
			if err := do(ctx, c); err != nil {
				return err
			}
		}
		return nil
	}
}

// inParallel runs all steps at the same time and returns every error.
func inParallel(all ...step) step {
	return func(ctx context.Context, c *cluster) error {
		errs := make([]error, len(all))
		var running sync.WaitGroup
		for i, do := range all {
			running.Go(func() { errs[i] = do(ctx, c) })
		}
		running.Wait()
		return errors.Join(errs...)
	}
}

// up starts services and does not wait for them.
func up(services ...string) step {
	return func(ctx context.Context, _ *cluster) error { return service.Up(ctx, services...) }
}

// await repeats a check until it passes.
func await(check step) step {
	return func(ctx context.Context, c *cluster) error {
		return ready.Await(ctx, c.poll(), func(ctx context.Context) error { return check(ctx, c) })
	}
}

// The checks that phases share.

func containerdListens(ctx context.Context, _ *cluster) error { return ready.ContainerdListens(ctx) }

func dockerAnswers(ctx context.Context, c *cluster) error {
	return ready.DockerAnswers(c.Config.Limit(ready.Attempt))(ctx)
}

func apiReady(ctx context.Context, c *cluster) error { return c.admin.Ready(ctx) }

func nodeReady(ctx context.Context, c *cluster) error { return c.admin.NodeReady(ctx, c.Name) }

func serviceAccountReady(ctx context.Context, c *cluster) error {
	return c.admin.ServiceAccountReady(ctx)
}

func dnsAnswers(ctx context.Context, c *cluster) error {
	return ready.DNSAnswers(c.Config.Limit(2 * time.Second))(ctx)
}

// dnsAnswersSoon is dnsAnswers for a boot. Queries that come before the service's rules exist are lost, so
// each of them gets little time.
func dnsAnswersSoon(ctx context.Context, c *cluster) error {
	return ready.DNSAnswers(c.Config.Limit(250 * time.Millisecond))(ctx)
}

const pauseImage = "/usr/share/istio-ci/images/pause.tar"

// importPause imports the only image that the kubelet itself needs, for the sandbox of every pod.
func importPause(ctx context.Context, _ *cluster) error {
	_, err := system.Run(ctx, "ctr", "--namespace", "k8s.io", "images", "import", "--local", pauseImage)
	return err
}
