package bootstrap

import (
	"context"
	"os"
	"slices"
	"strings"
	"sync"

	"istio-ci/node/internal/config"
	"istio-ci/node/internal/network"
)

// Missing is a part of the cluster that is not ready.
type Missing struct {
	Name   string `json:"name"` // of the phase that brings it up
	Reason string `json:"reason"`
}

func (m Missing) String() string { return m.Name + ": " + m.Reason }

// Health runs the checks of all phases now and returns the parts that are not ready, by name.
func Health(ctx context.Context) ([]Missing, error) {
	settings, err := config.Read(os.Getenv)
	if err != nil {
		return nil, err
	}
	b, err := ByName(settings.Bootstrapper)
	if err != nil {
		return nil, err
	}
	admin, err := readClient("admin", settings)
	if err != nil {
		return nil, err
	}
	name, err := network.NodeName()
	if err != nil {
		return nil, err
	}
	return checkAll(ctx, &cluster{Machine: Machine{Config: settings, Name: name}, admin: admin}, b.phases), nil
}

func checkAll(ctx context.Context, c *cluster, phases []phase) []Missing {
	var (
		all     sync.WaitGroup
		lock    sync.Mutex
		missing = []Missing{}
	)
	for _, p := range phases {
		if p.check == nil {
			continue
		}
		all.Go(func() {
			if err := p.check(ctx, c); err != nil {
				lock.Lock()
				defer lock.Unlock()
				missing = append(missing, Missing{Name: p.name, Reason: err.Error()})
			}
		})
	}
	all.Wait()
	slices.SortFunc(missing, func(a, b Missing) int { return strings.Compare(a.Name, b.Name) })
	return missing
}
