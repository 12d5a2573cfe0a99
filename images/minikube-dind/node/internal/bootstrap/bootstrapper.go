// Package bootstrap makes a Kubernetes in the prepared container: one file for each way to do it.
package bootstrap

import (
	"context"
	"time"

	"istio-ci/node/internal/config"
	"istio-ci/node/internal/network"
)

// Machine is where a bootstrapper works.
type Machine struct {
	Config     config.Config
	Name       string // of the node: the container's host name
	Node       network.Node
	ResolvConf string // of the container
	Timeline   Timeline
}

// Bootstrapper brings a cluster up. It returns when every phase is done and /kubeconfig is there, or with a *failure.Failure.
type Bootstrapper struct {
	Phases []string
	// Check is what has to be there before the container is touched.
	Check func() error
	Boot  func(context.Context, Machine) error
}

// Prepare is the phase before any bootstrapper's own.
const Prepare = "prepare"

// ByName finds the bootstrapper that a setting names; config knows no other names.
func ByName(name string) Bootstrapper {
	return map[string]Bootstrapper{"native": native, "minikube": minikube}[name]
}

// poll is the time between two looks at something that is coming up: short against a boot, long against the look. On a slow machine the
// looks alone would take all of its time.
func (m Machine) poll() time.Duration { return m.Config.Limit(20 * time.Millisecond) }
