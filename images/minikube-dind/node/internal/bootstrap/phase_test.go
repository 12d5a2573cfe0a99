package bootstrap

import (
	"bytes"
	"context"
	"errors"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"istio-ci/node/internal/config"
	"istio-ci/node/internal/failure"
	"istio-ci/node/internal/status"
)

func newCluster(t *testing.T, phases []phase) *cluster {
	t.Helper()
	path := filepath.Join(t.TempDir(), "status.json")
	var names []string
	for _, p := range phases {
		names = append(names, p.name)
	}
	if err := status.Save(path, status.New("native", names)); err != nil {
		t.Fatal(err)
	}
	return &cluster{Machine: Machine{Config: config.Config{TimeFactor: 1}, Timeline: Timeline{Path: path, Log: &bytes.Buffer{}}}}
}

func TestAPhaseStartsAfterThoseBeforeIt(t *testing.T) {
	var lock sync.Mutex
	var order []string
	ran := func(name string) step {
		return func(context.Context, *cluster) error {
			lock.Lock()
			defer lock.Unlock()
			order = append(order, name)
			return nil
		}
	}
	phases := []phase{
		{name: "c", after: []string{"a", "b"}, limit: time.Minute, run: ran("c")},
		{name: "b", after: []string{"a"}, limit: time.Minute, run: ran("b")},
		{name: "a", limit: time.Minute, run: ran("a")},
	}
	if err := runPhases(t.Context(), newCluster(t, phases), phases); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(order, []string{"a", "b", "c"}) {
		t.Errorf("got %v", order)
	}
}

func TestTheFirstFailureEndsTheBootAndIsReported(t *testing.T) {
	phases := []phase{
		{name: "bad", limit: time.Minute, run: func(context.Context, *cluster) error { return errors.New("no") }},
		{name: "slow", limit: time.Minute, run: func(ctx context.Context, _ *cluster) error { <-ctx.Done(); return ctx.Err() }},
		{name: "never", after: []string{"bad"}, limit: time.Minute, run: func(context.Context, *cluster) error { t.Error("it ran"); return nil }},
	}
	c := newCluster(t, phases)
	err := runPhases(t.Context(), c, phases)
	if f := failure.From(err); f.Code != "NODE_PHASE_FAILED" || f.Message != `The phase "bad" failed: no.` {
		t.Errorf("got %v", err)
	}
	s, err := status.Load(c.Timeline.Path)
	if err != nil || s.Phases[0].State != status.Failed || s.Phases[2].State != status.Pending {
		t.Errorf("got %+v, %v", s.Phases, err)
	}
}

func TestAPhaseThatTakesTooLongReportsItsLastError(t *testing.T) {
	phases := []phase{{name: "api", limit: time.Millisecond, run: func(ctx context.Context, _ *cluster) error {
		<-ctx.Done()
		return errors.New("connection refused")
	}}}
	err := runPhases(t.Context(), newCluster(t, phases), phases)
	if f := failure.From(err); f.Code != "NODE_PHASE_TIMEOUT" || f.Message != `The phase "api" was not done after 1ms: connection refused.` {
		t.Errorf("got %v", err)
	}
}
