// Package lease ends a container whose owner has stopped asking for it. It needs nothing from outside the container.
package lease

import (
	"context"
	"time"

	"istio-ci/node/internal/failure"
	"istio-ci/node/internal/status"
	"istio-ci/node/internal/system"
)

const (
	// tick is how often the watcher looks; a renewal, also a shorter one, is seen within it.
	tick = time.Second
	// frozen is a gap between two looks that only `docker pause` (or a stopped machine) makes.
	frozen = 5 * time.Second
	// thawing is the time a container has after such a gap to be renewed, whatever its lease says.
	thawing = 30 * time.Second
)

// Grant gives the container of the status at path d more from now, whether it had a lease or not.
func Grant(path string, d time.Duration) error {
	at, err := system.SinceStart()
	if err != nil {
		return err
	}
	return status.Update(path, func(s *status.Status) error {
		s.Lease = lease(at, time.Now(), d)
		return nil
	})
}

// Renew is Grant for a container that has a lease, and an error for any other.
func Renew(path string, d time.Duration) error {
	s, err := status.Load(path)
	if err != nil {
		return err
	}
	if s.Lease == nil {
		return failure.NoLease()
	}
	return Grant(path, d)
}

func lease(at time.Duration, now time.Time, d time.Duration) *status.Lease {
	return &status.Lease{Seconds: int64(d / time.Second), EndsMs: (at + d).Milliseconds(), EndsAt: now.Add(d).UTC().Truncate(time.Second)}
}

// Watch returns nil when the lease of the status at path is over, and earlier only with the context's error.
func Watch(ctx context.Context, path string) error {
	var last, graceUntil time.Duration
	for {
		at, err := system.SinceStart()
		if err != nil {
			return err
		}
		if last != 0 && at-last > frozen {
			graceUntil = at + thawing
		}
		last = at
		if s, err := status.Load(path); err == nil && over(s.Lease, at, graceUntil) {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(tick):
		}
	}
}

// over decides; times count from the container's start.
func over(l *status.Lease, at, graceUntil time.Duration) bool {
	return l != nil && at.Milliseconds() >= l.EndsMs && at >= graceUntil
}
