package bootstrap

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestEachPhaseHasTheLogOfItsProgram(t *testing.T) {
	root := t.TempDir()
	pods := filepath.Join(root, "var/log/pods/kube-system_kube-apiserver-kubernetes_1/kube-apiserver")
	if err := os.MkdirAll(pods, 0o755); err != nil {
		t.Fatal(err)
	}
	// the log of the second start is newer
	for name, age := range map[string]time.Duration{"0.log": time.Hour, "1.log": time.Minute} {
		path := filepath.Join(pods, name)
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		at := time.Now().Add(-age)
		if err := os.Chtimes(path, at, at); err != nil {
			t.Fatal(err)
		}
	}
	for _, one := range []struct{ bootstrapper, phase, want string }{
		{"native", "api", "/var/log/kube-apiserver.log"},
		{"minikube", "api", "/var/log/pods/kube-system_kube-apiserver-kubernetes_1/kube-apiserver/1.log"},
		{"minikube", "serviceaccount", "/var/log/kubelet.log"}, // its pod has not started
		{"minikube", "docker", "/var/log/docker.log"},
		{"minikube", "minikube", "/var/log/minikube-start.log"},
		{"native", Prepare, "/var/log/dind.log"},
		{"", Prepare, "/var/log/dind.log"}, // the settings could not be read
	} {
		if got := logs(one.bootstrapper)[one.phase].path(root); got != filepath.Join(root, one.want) {
			t.Errorf("%s %s: got %s", one.bootstrapper, one.phase, got)
		}
	}
}
