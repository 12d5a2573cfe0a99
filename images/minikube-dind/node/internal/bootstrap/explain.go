package bootstrap

import (
	"context"
	"fmt"
	"os"
	"slices"
	"sync"

	"istio-ci/node/internal/config"
	"istio-ci/node/internal/kube"
	"istio-ci/node/internal/network"
	"istio-ci/node/internal/pki"
	"istio-ci/node/internal/ready"
	"istio-ci/node/internal/status"
	"istio-ci/node/internal/system"
)

// programs says whose log explains a phase.
var programs = map[string]string{
	Prepare: "dind", "containerd": "containerd", "docker": "docker", "etcd": "etcd", "serving": "kube-apiserver",
	"api": "kube-apiserver", "node": "kubelet", "serviceaccount": "kube-controller-manager", "dns": "coredns",
	"minikube": "minikube-start",
}

// Explain returns the last log lines of the program behind the first phase that is under way and not done.
func Explain(s status.Status) []string {
	for _, p := range s.Phases {
		if p.State == status.Running || p.State == status.Failed {
			return system.Tail(logOf(programs[p.Name]), explainingLines)
		}
	}
	return nil
}

// Broken checks all that has to be true, now, and names what is not.
func Broken(ctx context.Context) ([]string, error) {
	c, err := config.Read(os.Getenv)
	if err != nil {
		return nil, err
	}
	admin, err := clientOf("admin", c)
	if err != nil {
		return nil, err
	}
	name, err := network.NodeName()
	if err != nil {
		return nil, err
	}
	var (
		all    sync.WaitGroup
		lock   sync.Mutex
		broken []string
	)
	for phase, check := range ready.All(admin, name, c.Limit) {
		all.Go(func() {
			if err := check(ctx); err != nil {
				lock.Lock()
				defer lock.Unlock()
				broken = append(broken, fmt.Sprintf("%s: %v", phase, err))
			}
		})
	}
	all.Wait()
	slices.Sort(broken)
	return broken, nil
}

// ControllersClient talks to the API server as the node's controllers, of which it is the identity.
func ControllersClient() (*kube.Client, error) {
	c, err := config.Read(os.Getenv)
	if err != nil {
		return nil, err
	}
	return clientOf(controllers, c)
}

func clientOf(name string, c config.Config) (*kube.Client, error) {
	var parts [3][]byte
	for i, file := range []string{"ca.crt", name + ".crt", name + ".key"} {
		content, err := os.ReadFile(pkiDir + "/" + file)
		if err != nil {
			return nil, err
		}
		parts[i] = content
	}
	return kube.NewClient(parts[0], pki.Pair{Cert: parts[1], Key: parts[2]}, c.Limit(ready.Attempt))
}
