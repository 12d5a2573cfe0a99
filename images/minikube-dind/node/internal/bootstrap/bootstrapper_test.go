package bootstrap

import (
	"context"
	"errors"
	"slices"
	"testing"

	"istio-ci/node/internal/failure"
)

func TestAnUnknownBootstrapperIsRejectedWithTheNamesOfAll(t *testing.T) {
	_, err := ByName("kind")
	f, ok := errors.AsType[*failure.Failure](err)
	if !ok || f.Code != "NODE_SETTING" || f.Exit != failure.ExitUsage || f.Remedy != "Use native or minikube." {
		t.Errorf("got %v", err)
	}
}

func TestAPhaseWaitsOnlyForPhasesOfItsBootstrapper(t *testing.T) {
	for _, b := range bootstrappers {
		for _, p := range b.phases {
			for _, name := range p.after {
				if name == p.name || !slices.Contains(b.Phases(), name) {
					t.Errorf("%s: the phase %s waits for %q", b.Name, p.name, name)
				}
			}
		}
	}
}

func TestEveryBootstrapperChecksTheSameParts(t *testing.T) {
	want := []string{"docker", "api", "node", "serviceaccount", "dns"}
	for _, b := range bootstrappers {
		var got []string
		for _, p := range b.phases {
			if p.check != nil {
				got = append(got, p.name)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: got %v", b.Name, got)
		}
	}
}

func TestEveryPhaseHasALogAndALimit(t *testing.T) {
	for _, b := range bootstrappers {
		for _, p := range b.phases {
			if p.log.program == "" || p.limit == 0 {
				t.Errorf("%s: the phase %s has the log %q and the limit %s", b.Name, p.name, p.log.program, p.limit)
			}
		}
	}
}

func TestHealthNamesThePartsThatFailTheirChecks(t *testing.T) {
	fails := func(reason string) step {
		return func(context.Context, *cluster) error { return errors.New(reason) }
	}
	missing := checkAll(t.Context(), &cluster{}, []phase{
		{name: "docker", check: fails("EOF")},
		{name: "etcd"},
		{name: "api", check: func(context.Context, *cluster) error { return nil }},
		{name: "dns", check: fails("timeout")},
	})
	if !slices.Equal(missing, []Missing{{"dns", "timeout"}, {"docker", "EOF"}}) {
		t.Errorf("got %v", missing)
	}
}
