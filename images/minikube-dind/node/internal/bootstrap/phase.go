package bootstrap

import (
	"context"
	"fmt"
	"sync"
	"time"

	"istio-ci/node/internal/failure"
	"istio-ci/node/internal/status"
)

// phase is a part of the cluster that comes up on its own, after others.
type phase struct {
	name  string
	after []string
	log   log // explains a failure
	limit time.Duration
	run   step
	// check tests whether the part still works, at the end of the boot and in `healthcheck`. nil if the check of
	// another phase covers it.
	check step
}

// Limits of phases, far above what they take.
const short, long = 30 * time.Second, 90 * time.Second

// runPhases starts every phase as soon as those before it are done, and ends with the first failure.
func runPhases(ctx context.Context, c *cluster, phases []phase) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	done := map[string]chan struct{}{}
	for _, p := range phases {
		done[p.name] = make(chan struct{})
	}
	var all sync.WaitGroup
	for _, p := range phases {
		all.Go(func() {
			for _, name := range p.after {
				select {
				case <-done[name]:
				case <-ctx.Done():
					return
				}
			}
			if err := runPhase(ctx, c, p); err != nil {
				cancel(err)
				return
			}
			close(done[p.name])
		})
	}
	all.Wait()
	return context.Cause(ctx)
}

func runPhase(ctx context.Context, c *cluster, p phase) error {
	if err := c.Timeline.Move(p.name, status.Running, ""); err != nil {
		return err
	}
	limit := c.Config.Limit(p.limit)
	limited, stop := context.WithTimeout(ctx, limit)
	defer stop()
	err := p.run(limited, c)
	if err == nil {
		return c.Timeline.Move(p.name, status.Done, "")
	}
	if ctx.Err() != nil {
		return ctx.Err() // another phase failed first
	}
	if moved := c.Timeline.Move(p.name, status.Failed, err.Error()); moved != nil {
		return moved
	}
	lines := p.log.tail(explainingLines)
	if limited.Err() != nil {
		return failure.PhaseTimeout(p.name, fmt.Sprint(limit), err, lines)
	}
	return failure.PhaseFailed(p.name, err, lines)
}
