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

// What minikube 1.38 writes, and kubeadm's packages.
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

// disk makes a file system of these files; a content that begins with -> is a link.
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

func TestADropInTakesTheCommandOver(t *testing.T) {
	_, u := kubelet(t, minikubeDropIn, nil)
	want := []string{"/var/lib/minikube/binaries/v1.37.2/kubelet", "--config=/var/lib/kubelet/config.yaml", "--node-ip=172.17.0.2"}
	if len(u.Service.ExecStart) != 1 || !slices.Equal(u.Service.ExecStart[0].Words, want) {
		t.Errorf("got %v", u.Service.ExecStart)
	}
	if u.Service.Restart != "always" || u.Service.RestartSec != 600*time.Millisecond {
		t.Errorf("got %s after %s", u.Service.Restart, u.Service.RestartSec)
	}
}

func TestEnvironmentFilesReachTheCommandAsWords(t *testing.T) {
	d, u := kubelet(t, kubeadmDropIn, map[string]string{
		"/var/lib/kubelet/kubeadm-flags.env": "KUBELET_KUBEADM_ARGS=\"--node-ip=10.0.0.1 --v=2\"\n# none\n",
	})
	env, err := d.environment(u.Service, []string{"PATH=/usr/bin"})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"/usr/bin/kubelet", "--bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf", "--kubeconfig=/etc/kubernetes/kubelet.conf",
		"--config=/var/lib/kubelet/config.yaml", "--node-ip=10.0.0.1", "--v=2",
	}
	if got := expand(u.Service.ExecStart[0].Words, env); !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
	if env["PATH"] != "/usr/bin" {
		t.Error("the container's own environment is lost")
	}
}

func TestAnEnvironmentFileThatHasToBeThereIsMissed(t *testing.T) {
	d, u := kubelet(t, "[Service]\nEnvironmentFile=/etc/none\n", nil)
	if _, err := d.environment(u.Service, nil); err == nil || !strings.Contains(err.Error(), "/etc/none") {
		t.Errorf("got %v", err)
	}
}

func TestWordsAreSplitAsSystemdDoes(t *testing.T) {
	for line, want := range map[string][]string{
		`/bin/a  b`:          {"/bin/a", "b"},
		`a "b c" 'd e'`:      {"a", "b c", "d e"},
		`a --x="b c"`:        {"a", "--x=b c"},
		`a\sb "c\"d" ''`:     {"a b", `c"d`, ""},
		"a\tb":               {"a", "b"},
		`a "it's"`:           {"a", "it's"},
		`a --json={"k":"v"}`: {"a", "--json={k:v}"},
	} {
		if got, err := splitWords(line); err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: got %q, %v", line, got, err)
		}
	}
	for _, line := range []string{`a "b`, `a \q`, `a \`} {
		if got, err := splitWords(line); err == nil {
			t.Errorf("%s: got %q", line, got)
		}
	}
}

func TestVariablesAreExpandedAsSystemdDoes(t *testing.T) {
	env := map[string]string{"TWO": "a b", "ONE": "x", "QUOTED": `--a='b c' d`}
	words := []string{"run", "$QUOTED", "$TWO", "${TWO}", "--n=${ONE}1", "$NONE", "${NONE}", "cost$$5", "a$ONE", "$"}
	want := []string{"run", "--a=b c", "d", "a", "b", "a b", "--n=x1", "", "cost$5", "a$ONE", "$"}
	if got := expand(words, env); !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
}

func TestWhatIsNotSupportedIsTold(t *testing.T) {
	for _, text := range []string{
		"User=nobody", "ExecStart=+/bin/a", "ExecStart=/bin/a %i", "ExecStart=/bin/a ; /bin/b", "Restart=sometimes", "RestartSec=soon",
	} {
		d := disk(t, map[string]string{"/etc/systemd/system/x.service": "[Service]\n" + text + "\n"})
		if u := d.Find("x"); u.Load != Bad || u.Err == nil {
			t.Errorf("%s: %s", text, u.Load)
		}
	}
}

func TestALineGoesOnAfterABackslashThatNothingEscapes(t *testing.T) {
	settings, err := parse("[Service]\nExecStart=/bin/a \\\n# between\n  b\nEnvironment=X=\\\\\nRestart=\\")
	if err != nil {
		t.Fatal(err)
	}
	want := []setting{{"Service", "ExecStart", "/bin/a  b"}, {"Service", "Environment", `X=\\`}, {"Service", "Restart", ""}}
	if !slices.Equal(settings, want) {
		t.Errorf("got %q", settings)
	}
}

func TestWhatIsNotSupportedHidesNoOtherSetting(t *testing.T) {
	d := disk(t, map[string]string{
		"/etc/systemd/system/x.service": "[Service]\nUser=nobody\nExecStart=/bin/a\n[Install]\nWantedBy=multi-user.target\n",
	})
	u := d.Find("x")
	if u.Load != Bad || !strings.Contains(u.Err.Error(), "User=") || !slices.Equal(u.Service.WantedBy, []string{"multi-user.target"}) {
		t.Errorf("%s, %v, %q", u.Load, u.Err, u.Service.WantedBy)
	}
}

func TestASocketIsEnabledByItsOwnInstallSection(t *testing.T) {
	d := disk(t, map[string]string{
		"/usr/lib/systemd/system/docker.socket": "[Socket]\nListenStream=/run/docker.sock\n[Install]\nWantedBy=sockets.target\n",
	})
	u := d.Find("docker.socket")
	if _, err := d.Enable(u); err != nil || d.State(u) != "enabled" {
		t.Errorf("%s, %v", d.State(u), err)
	}
}

func TestAnEmptyFileMasksAndStays(t *testing.T) {
	d := disk(t, map[string]string{"/etc/systemd/system/x.service": ""})
	u := d.Find("x")
	if said, err := d.Unmask(u); err != nil || said != nil || d.Find("x").Load != Masked {
		t.Errorf("%s, %q, %v", u.Load, said, err)
	}
}

func TestACommandWhoseVariablesAreEmptyIsTold(t *testing.T) {
	if words, err := commandLine(Command{Words: []string{"$NONE"}}, nil); err == nil {
		t.Errorf("got %q", words)
	}
}

func TestALineThatIsNoSettingIsTold(t *testing.T) {
	for _, text := range []string{"[Service]\nnonsense\n", "ExecStart=/bin/a\n"} {
		d := disk(t, map[string]string{"/etc/systemd/system/x.service": text})
		if u := d.Find("x"); u.Load != Bad {
			t.Errorf("%q: %s", text, u.Load)
		}
	}
}

func TestALinkToNothingMasks(t *testing.T) {
	d, u := kubelet(t, minikubeDropIn, nil)
	said, err := d.Mask(u)
	if err != nil || !slices.Equal(said, []string{"Created symlink '/etc/systemd/system/kubelet.service' → '/dev/null'."}) {
		t.Fatalf("%q, %v", said, err)
	}
	masked := d.Find("kubelet.service")
	if masked.Load != Masked || d.State(masked) != "masked" {
		t.Errorf("got %s", masked.Load)
	}
	said, err = d.Unmask(masked)
	if err != nil || !slices.Equal(said, []string{"Removed '/etc/systemd/system/kubelet.service'."}) {
		t.Errorf("%q, %v", said, err)
	}
	if d.Find("kubelet").Load != Loaded {
		t.Error("it is masked still")
	}
}

func TestUnmaskingWhatIsNotMaskedDoesNothing(t *testing.T) {
	d, u := kubelet(t, minikubeDropIn, nil)
	if said, err := d.Unmask(u); err != nil || said != nil || d.Find("kubelet").Load != Loaded {
		t.Errorf("%q, %v", said, err)
	}
}

func TestEnablingMakesTheLinksThatInstallAsksFor(t *testing.T) {
	d, u := kubelet(t, minikubeDropIn, nil)
	if d.State(u) != "disabled" {
		t.Errorf("got %s", d.State(u))
	}
	link := "'/etc/systemd/system/multi-user.target.wants/kubelet.service'"
	said, err := d.Enable(u)
	if err != nil || !slices.Equal(said, []string{"Created symlink " + link + " → '/usr/lib/systemd/system/kubelet.service'."}) {
		t.Fatalf("%q, %v", said, err)
	}
	if again, err := d.Enable(u); err != nil || again != nil || d.State(u) != "enabled" {
		t.Errorf("%q, %v, %s", again, err, d.State(u))
	}
	if said, err = d.Disable(u); err != nil || !slices.Equal(said, []string{"Removed " + link + "."}) || d.State(u) != "disabled" {
		t.Errorf("%q, %v, %s", said, err, d.State(u))
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

func TestTimeSpansAreRead(t *testing.T) {
	for text, want := range map[string]time.Duration{"10": 10 * time.Second, "600ms": 600 * time.Millisecond, "1min 30s": 90 * time.Second, "0.5": 500 * time.Millisecond} {
		if got, err := parseDuration(text); err != nil || got != want {
			t.Errorf("%s: got %s, %v", text, got, err)
		}
	}
}
