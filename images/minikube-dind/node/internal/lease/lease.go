// Package lease ends a container whose owner has stopped renewing it. It needs nothing outside the container.
package lease

import (
	"context"
	"time"

	"istio-ci/node/internal/failure"
	"istio-ci/node/internal/status"
	"istio-ci/node/internal/system"
)

const (
	// tick is the interval of the watcher's checks. A renewal, even to an earlier end, takes effect within
	// it.
	tick = time.Second
	// frozenGap is a gap between two checks that only `docker pause` (or a stopped machine) causes.
	frozenGap = 5 * time.Second
	// thawGrace is the time for a renewal after such a gap, whatever the lease says.
	thawGrace = 30 * time.Second
)

// Grant gives the container of the status at path a lease of d from now, whether it had one or not.
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

// Renew is Grant for a container that has a lease. It is an error for any other.
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

// Watch returns nil when the lease in the status at path has expired, or the context's error if that ends
// first.
func Watch(ctx context.Context, path string) error {
	var last, graceUntil time.Duration
	for {
		at, err := system.SinceStart()
		if err != nil {
			return err
		}
		if last != 0 && at-last > frozenGap {
			graceUntil = at + thawGrace
		}
		last = at
		if s, err := status.Load(path); err == nil && isOver(s.Lease, at, graceUntil) {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(tick):
		}
	}
}

// isOver reports whether the lease has expired. Times count from the container's start.
func isOver(l *status.Lease, at, graceUntil time.Duration) bool {
	return l != nil && at.Milliseconds() >= l.EndsMs && at >= graceUntil
}
