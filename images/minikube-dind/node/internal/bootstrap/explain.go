package bootstrap

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

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

// minikubePods are the programs that are pods where minikube has brought the cluster up.
var minikubePods = []string{"kube-apiserver", "kube-controller-manager", "coredns"}

// Explain returns the last log lines of the program behind the first phase that is under way and not done.
func Explain(s status.Status) []string {
	for _, p := range s.Phases {
		if p.State == status.Running || p.State == status.Failed {
			return system.Tail(explainingLog("/", s.Bootstrapper, programs[p.Name]), explainingLines)
		}
	}
	return nil
}

// LogEnds are the last n lines of the programs behind these phases, every line after its program's name. A name that is no phase has none,
// and only the first programs are asked: what comes after them waits for them.
func LogEnds(s status.Status, phases []string, n int) []string {
	const most = 3
	var lines, seen []string
	for _, phase := range phases {
		program, known := programs[phase]
		if !known || len(seen) == most || slices.Contains(seen, program) {
			continue
		}
		seen = append(seen, program)
		for _, line := range system.Tail(explainingLog("/", s.Bootstrapper, program), n) {
			lines = append(lines, program+": "+line)
		}
	}
	return lines
}

// explainingLog is the file that a program logs to. A pod that has not begun yet has none, and then the kubelet tells why; root is "/" but
// for tests.
func explainingLog(root, bootstrapper, program string) string {
	if bootstrapper != "minikube" || !slices.Contains(minikubePods, program) {
		return filepath.Join(root, logOf(program))
	}
	pattern := filepath.Join(root, "/var/log/pods", "kube-system_"+program+"-*", program, "*.log")
	paths, err := filepath.Glob(pattern)
	if err != nil || len(paths) == 0 { // only a bad pattern gives an error
		return filepath.Join(root, logOf("kubelet"))
	}
	return slices.MaxFunc(paths, func(a, b string) int { return modified(a).Compare(modified(b)) })
}

func modified(path string) time.Time {
	info, err := os.Stat(path)
	if err != nil {
		return time.Time{}
	}
	return info.ModTime()
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
