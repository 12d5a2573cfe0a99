package unit

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Files that minikube 1.38 writes, and a file of kubeadm's packages.
const (
	minikubeUnit = `[Unit]
Description=kubelet: The Kubernetes Node Agent
StartLimitIntervalSec=0

[Service]
ExecStart=/var/lib/minikube/binaries/v1.37.2/kubelet
Restart=always
# a comment between settings
RestartSec=600ms

[Install]
WantedBy=multi-user.target
`
	minikubeDropIn = `[Unit]
Wants=containerd.service

[Service]
ExecStart=
ExecStart=/var/lib/minikube/binaries/v1.37.2/kubelet --config=/var/lib/kubelet/config.yaml --node-ip=172.17.0.2
`
	kubeadmDropIn = `[Service]
Environment="KUBELET_KUBECONFIG_ARGS=--bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf --kubeconfig=/etc/kubernetes/kubelet.conf"
Environment=KUBELET_CONFIG_ARGS=--config=/var/lib/kubelet/config.yaml
EnvironmentFile=-/var/lib/kubelet/kubeadm-flags.env
EnvironmentFile=-/etc/default/kubelet
ExecStart=
ExecStart=/usr/bin/kubelet $KUBELET_KUBECONFIG_ARGS $KUBELET_CONFIG_ARGS $KUBELET_KUBEADM_ARGS $KUBELET_EXTRA_ARGS
`
)

// disk creates a file system with these files. Content that begins with -> makes a link.
func disk(t *testing.T, files map[string]string) Disk {
	t.Helper()
	d := Disk{Root: t.TempDir()}
	for path, content := range files {
		place := d.at(path)
		if err := os.MkdirAll(filepath.Dir(place), 0o755); err != nil {
			t.Fatal(err)
		}
		target, isLink := strings.CutPrefix(content, "->")
		err := error(nil)
		if isLink {
			err = os.Symlink(target, place)
		} else {
			err = os.WriteFile(place, []byte(content), 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return d
}

func kubelet(t *testing.T, dropIn string, more map[string]string) (Disk, Unit) {
	t.Helper()
	files := map[string]string{
		"/usr/lib/systemd/system/kubelet.service":                    minikubeUnit,
		"/etc/systemd/system/kubelet.service.d/10-kubeadm.conf":      dropIn,
		"/etc/systemd/system/multi-user.target.wants/other.service":  "->/usr/lib/systemd/system/other.service",
		"/usr/lib/systemd/system/kubelet.service.d/10-kubeadm.conf":  "[Service]\nExecStart=/bin/overridden\n",
		"/usr/lib/systemd/system/kubelet.service.d/20-ignored.other": "[Service]\nExecStart=/bin/no\n",
	}
	maps.Copy(files, more)
	d := disk(t, files)
	u := d.Find("kubelet")
	if u.Load != Loaded {
		t.Fatalf("%s: %v", u.Load, u.Err)
	}
	return d, u
}

func TestADropInReplacesTheCommand(t *testing.T) {
	_, u := kubelet(t, minikubeDropIn, nil)
	want := []string{"/var/lib/minikube/binaries/v1.37.2/kubelet", "--config=/var/lib/kubelet/config.yaml", "--node-ip=172.17.0.2"}
	if len(u.Service.ExecStart) != 1 || !slices.Equal(u.Service.ExecStart[0].Words, want) {
		t.Errorf("got %v", u.Service.ExecStart)
	}
	if u.Service.Restart != "always" || u.Service.RestartSec != 600*time.Millisecond {
		t.Errorf("got %s after %s", u.Service.Restart, u.Service.RestartSec)
	}
}

func TestAnUnsupportedSettingIsAnError(t *testing.T) {
	for _, text := range []string{
		"User=nobody", "ExecStart=+/bin/a", "ExecStart=/bin/a %i", "ExecStart=/bin/a ; /bin/b", "Restart=sometimes", "RestartSec=soon",
	} {
		d := disk(t, map[string]string{"/etc/systemd/system/x.service": "[Service]\n" + text + "\n"})
		if u := d.Find("x"); u.Load != Bad || u.Err == nil {
			t.Errorf("%s: %s", text, u.Load)
		}
	}
}

func TestAnUnsupportedSettingHidesNoOtherSetting(t *testing.T) {
	d := disk(t, map[string]string{
		"/etc/systemd/system/x.service": "[Service]\nUser=nobody\nExecStart=/bin/a\n[Install]\nWantedBy=multi-user.target\n",
	})
	u := d.Find("x")
	if u.Load != Bad || !strings.Contains(u.Err.Error(), "User=") || !slices.Equal(u.Service.WantedBy, []string{"multi-user.target"}) {
		t.Errorf("%s, %v, %q", u.Load, u.Err, u.Service.WantedBy)
	}
}

func TestALineThatIsNotASettingIsAnError(t *testing.T) {
	for _, text := range []string{"[Service]\nnonsense\n", "ExecStart=/bin/a\n"} {
		d := disk(t, map[string]string{"/etc/systemd/system/x.service": text})
		if u := d.Find("x"); u.Load != Bad {
			t.Errorf("%q: %s", text, u.Load)
		}
	}
}

func TestRestartFollowsThePolicy(t *testing.T) {
	failed, ok, killed, terminated := Ending{Code: 1}, Ending{}, Ending{Signal: syscall.SIGKILL}, Ending{Signal: syscall.SIGTERM}
	for policy, want := range map[string]map[Ending]bool{
		"always":      {failed: true, ok: true, killed: true, terminated: true},
		"no":          {failed: false, ok: false, killed: false, terminated: false},
		"on-failure":  {failed: true, ok: false, killed: true, terminated: false},
		"on-success":  {failed: false, ok: true, killed: false, terminated: true},
		"on-abnormal": {failed: false, ok: false, killed: true, terminated: false},
	} {
		for ending, restarts := range want {
			if (Service{Restart: policy}).Restarts(ending) != restarts {
				t.Errorf("%s after %v: not %t", policy, ending, restarts)
			}
		}
	}
}
