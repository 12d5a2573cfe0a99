package bootstrap

import (
	"context"
	"fmt"
	"sync"
	"time"

	"istio-ci/node/internal/failure"
	"istio-ci/node/internal/status"
	"istio-ci/node/internal/system"
)

// phase is one thing that has to come true, in its own time, after others.
type phase struct {
	name  string
	after []string
	log   string // of the program that explains a failure
	limit time.Duration
	run   func(context.Context) error
}

const explainingLines = 12

// runPhases starts every phase as soon as those before it are done, and ends with the first failure.
func runPhases(ctx context.Context, m Machine, phases []phase) error {
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
			if err := runPhase(ctx, m, p); err != nil {
				cancel(err)
				return
			}
			close(done[p.name])
		})
	}
	all.Wait()
	return context.Cause(ctx)
}

func runPhase(ctx context.Context, m Machine, p phase) error {
	if err := m.Timeline.Move(p.name, status.Running, ""); err != nil {
		return err
	}
	limit := m.Config.Limit(p.limit)
	limited, stop := context.WithTimeout(ctx, limit)
	defer stop()
	err := p.run(limited)
	if err == nil {
		return m.Timeline.Move(p.name, status.Done, "")
	}
	if ctx.Err() != nil {
		return ctx.Err() // another phase failed first
	}
	if moved := m.Timeline.Move(p.name, status.Failed, err.Error()); moved != nil {
		return moved
	}
	log := system.Tail(p.log, explainingLines)
	if limited.Err() != nil {
		return failure.PhaseTimeout(p.name, fmt.Sprint(limit), err, log)
	}
	return failure.PhaseFailed(p.name, err, log)
}
