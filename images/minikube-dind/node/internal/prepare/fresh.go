package prepare

import (
	"os"
	"path/filepath"
)

// Each start of a container makes a new cluster with a new authority. What an earlier start left is removed,
// except images.
var stale = []string{
	"/kubeconfig", "/etc/kubernetes/pki", "/run/service", "/run/istio-ci", "/run/containerd", "/run/docker", "/run/docker.pid",
	"/run/docker.sock", "/var/lib/etcd/*", "/var/lib/kubelet/*", "/var/lib/cni/*",
	"/root/.minikube", "/var/lib/minikube", "/etc/kubernetes/manifests", "/etc/kubernetes/*.conf",
}

func removeStale() (string, error) {
	for _, pattern := range stale {
		paths, err := filepath.Glob(pattern)
		if err != nil {
			return "", err
		}
		for _, path := range paths {
			if err := os.RemoveAll(path); err != nil {
				return "", err
			}
		}
	}
	return "nothing is left of an earlier start", nil
}
