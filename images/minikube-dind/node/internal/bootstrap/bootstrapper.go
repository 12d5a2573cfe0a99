// Package bootstrap brings up Kubernetes in the prepared container. Each bootstrapper is one value in its own
// file: a list of phases, with the steps before and after them.
package bootstrap

import (
	"context"
	"strings"
	"time"

	"istio-ci/node/internal/config"
	"istio-ci/node/internal/failure"
	"istio-ci/node/internal/kube"
	"istio-ci/node/internal/network"
)

// Machine is the container that a bootstrapper works in.
type Machine struct {
	Config     config.Config
	Name       string // of the node: the container's host name
	Node       network.Node
	ResolvConf string // the container's /etc/resolv.conf
	Timeline   Timeline
}

// Bootstrapper is one way to bring up a cluster.
type Bootstrapper struct {
	Name string
	// Check fails if the image lacks a program that the bootstrapper needs.
	Check func() error
	// setUp comes before the phases and is not one of them: it takes some milliseconds.
	setUp step
	// phases, in the order in which `istio-ci-node status` shows them.
	phases []phase
	// startControllers comes last, so that no boot waits for it.
	startControllers step
}

// bootstrappers are all there are; the setting BOOTSTRAPPER names one.
var bootstrappers = []Bootstrapper{nativeBootstrapper, minikubeBootstrapper}

// ByName returns the bootstrapper that the setting BOOTSTRAPPER names.
func ByName(name string) (Bootstrapper, error) {
	var names []string
	for _, b := range bootstrappers {
		if b.Name == name {
			return b, nil
		}
		names = append(names, b.Name)
	}
	return Bootstrapper{}, failure.Setting("BOOTSTRAPPER", name, strings.Join(names, " or "))
}

// Prepare is the phase before those of any bootstrapper: `istio-ci-node init` prepares the container.
const Prepare = "prepare"

// Phases returns the names of all phases, Prepare first.
func (b Bootstrapper) Phases() []string {
	names := []string{Prepare}
	for _, p := range b.phases {
		names = append(names, p.name)
	}
	return names
}

// Boot brings the cluster up. It returns when the cluster is ready and /kubeconfig is there, or with a
// *failure.Failure.
func (b Bootstrapper) Boot(ctx context.Context, m Machine) error {
	c := &cluster{Machine: m}
	if err := steps(b.setUp, connectPods)(ctx, c); err != nil {
		return err
	}
	if err := runPhases(ctx, c, b.phases); err != nil {
		return err
	}
	if err := finish(ctx, c, b.phases); err != nil {
		return err
	}
	return b.startControllers(ctx, c)
}

// cluster is the cluster that is being brought up, with what its phases have found out so far.
type cluster struct {
	Machine
	admin      *kube.Client // set once the cluster's authority exists
	kubeconfig []byte       // the administrator's
	kubernetes string       // the version that minikube is asked for
}

// poll is the interval between two checks: much shorter than a boot, much longer than one check. A slow
// machine would otherwise spend all its time on checks.
func (m Machine) poll() time.Duration { return m.Config.Limit(20 * time.Millisecond) }
