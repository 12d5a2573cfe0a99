package systemctl

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"istio-ci/node/internal/unit"
)

// memory is a supervisor that keeps its processes in a map; s6 itself is tested in the cluster's image.
type memory struct {
	own       map[string]bool
	processes map[string]Process
	fails     map[string]bool
	// crashes is how many starts of a unit end again at once.
	crashes map[string]int
	did     []string
}

func (s *memory) Own(name string) bool { return s.own[name] }
func (s *memory) Look(_ context.Context, name string) (Process, error) {
	return s.processes[name], nil
}
func (s *memory) Start(_ context.Context, name string) error {
	s.did = append(s.did, "start "+name)
	if s.fails[name] {
		return errors.New("it does not come up")
	}
	s.processes[name] = Process{Up: true, PID: 42}
	if s.crashes[name] > 0 {
		s.crashes[name]--
		s.processes[name] = Process{Restarting: true}
	}
	return nil
}
func (s *memory) Stop(_ context.Context, name string) error {
	s.did = append(s.did, "stop "+name)
	s.processes[name] = Process{}
	return nil
}
func (s *memory) Forget(name string) error {
	p := s.processes[name]
	p.Failed = false
	s.processes[name] = p
	return nil
}

type bench struct {
	*memory
	manager Manager
	out     bytes.Buffer
	err     bytes.Buffer
}

// newBench has containerd and docker as the image's own, and kubelet as minikube's unit.
func newBench(t *testing.T) *bench {
	t.Helper()
	root := t.TempDir()
	for path, content := range map[string]string{
		"usr/lib/systemd/system/kubelet.service":    "[Unit]\nDescription=kubelet: The Kubernetes Node Agent\n[Service]\nExecStart=/bin/kubelet\n[Install]\nWantedBy=multi-user.target\n",
		"usr/lib/systemd/system/bad.service":        "[Service]\nUser=nobody\n",
		"usr/lib/systemd/system/docker.socket":      "[Socket]\nListenStream=/run/docker.sock\n[Install]\nWantedBy=sockets.target\n",
		"usr/lib/systemd/system/docker.service":     "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n[Install]\nWantedBy=multi-user.target\n",
		"usr/lib/systemd/system/containerd.service": "[Service]\nExecStart=/usr/bin/containerd\n",
	} {
		writeUnit(t, root, path, content)
	}
	b := &bench{memory: &memory{
		own:       map[string]bool{"containerd.service": true, "docker.service": true},
		processes: map[string]Process{"containerd.service": {Up: true, PID: 7}, "docker.service": {Up: true, PID: 8}},
		fails:     map[string]bool{},
		crashes:   map[string]int{},
	}}
	b.manager = Manager{Disk: unit.Disk{Root: root}, Supervisor: b.memory, Out: &b.out, Err: &b.err}
	return b
}

func writeUnit(t *testing.T, root, path, content string) {
	t.Helper()
	place := filepath.Join(root, path)
	if err := os.MkdirAll(filepath.Dir(place), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(place, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

// write adds a file to the disk.
func (b *bench) write(t *testing.T, path, content string) {
	t.Helper()
	writeUnit(t, b.manager.Disk.Root, path, content)
}

// run runs a command line and returns its exit code and what it printed.
func (b *bench) run(t *testing.T, line string) (code int, out, err string) {
	t.Helper()
	b.out.Reset()
	b.err.Reset()
	code = b.manager.Run(t.Context(), strings.Fields(line))
	return code, b.out.String(), b.err.String()
}

func (b *bench) expect(t *testing.T, line string, code int, out, err string) {
	t.Helper()
	gotCode, gotOut, gotErr := b.run(t, line)
	if gotCode != code || gotOut != out || gotErr != err {
		t.Errorf("%s: got %d, %q, %q; want %d, %q, %q", line, gotCode, gotOut, gotErr, code, out, err)
	}
}

// recorded is one call that minikube 1.38.1 or kubeadm 1.37.2 really made, with what it was answered.
type recorded struct{ line, code, out string }

// readCalls reads testdata/calls.txt.
func readCalls(t *testing.T) []recorded {
	t.Helper()
	content, err := os.ReadFile("testdata/calls.txt")
	if err != nil {
		t.Fatal(err)
	}
	var calls []recorded
	for line := range strings.Lines(string(content)) {
		if said, isOutput := strings.CutPrefix(line, "  > "); isOutput {
			calls[len(calls)-1].out += said
		} else if !strings.HasPrefix(line, "#") {
			code, arguments, _ := strings.Cut(strings.TrimSpace(line), " ")
			calls = append(calls, recorded{line: arguments, code: code})
		}
	}
	return calls
}

func TestTheCallsThatMinikubeMakesAreAnswered(t *testing.T) {
	b := newBench(t)
	b.write(t, "etc/systemd/system/kubelet.service.d/10-kubeadm.conf", "[Service]\nRestartSec=1\n")
	b.crashes["kubelet.service"] = 1
	calls := readCalls(t)
	for _, call := range calls {
		code, out, said := b.run(t, call.line)
		if strconv.Itoa(code) != call.code || out != call.out {
			t.Errorf("%s: exit %d, %q, %q; want %s, %q", call.line, code, out, said, call.code, call.out)
		}
	}
	if len(calls) < 30 {
		t.Errorf("only %d calls were found", len(calls))
	}
}

func TestOneActiveUnitIsEnough(t *testing.T) {
	b := newBench(t)
	b.expect(t, "is-active --quiet service docker", 0, "", "")
	b.expect(t, "is-active service docker kubelet", 0, "inactive\nactive\ninactive\n", "")
}

func TestWhatIsNotActiveAndWhatIsNotThereHaveCodesOfTheirOwn(t *testing.T) {
	b := newBench(t)
	b.expect(t, "is-active kubelet", 3, "inactive\n", "")
	b.expect(t, "is-active systemd-resolved", 4, "inactive\n", "")
	b.processes["kubelet.service"] = Process{Restarting: true}
	b.expect(t, "is-active kubelet", 3, "activating\n", "")
	b.processes["kubelet.service"] = Process{Failed: true}
	b.expect(t, "is-active kubelet", 3, "failed\n", "")
}

func TestStatusShowsTheUnitAndTellsByItsCode(t *testing.T) {
	b := newBench(t)
	b.expect(t, "status kubelet", 3, `○ kubelet.service - kubelet: The Kubernetes Node Agent
     Loaded: loaded (/usr/lib/systemd/system/kubelet.service; disabled)
     Active: inactive (dead)
`, "")
	b.expect(t, "status none", 4, "", "Unit none.service could not be found.\n")
	b.run(t, "start kubelet")
	if code, out, _ := b.run(t, "status --no-pager --lines 5 kubelet"); code != 0 || !strings.Contains(out, "Main PID: 42") {
		t.Errorf("got %d, %s", code, out)
	}
	b.processes["kubelet.service"] = Process{Restarting: true}
	if code, out, _ := b.run(t, "status kubelet"); code != 3 || !strings.Contains(out, "activating (auto-restart)") {
		t.Errorf("got %d, %s", code, out)
	}
}

func TestStatusOfSeveralUnitsHasALineBetweenThemAndTheFirstFailuresCode(t *testing.T) {
	b := newBench(t)
	b.expect(t, "status none kubelet docker", 4, `○ kubelet.service - kubelet: The Kubernetes Node Agent
     Loaded: loaded (/usr/lib/systemd/system/kubelet.service; disabled)
     Active: inactive (dead)

● docker.service
     Loaded: loaded (/usr/lib/systemd/system/docker.service; disabled)
     Active: active (running)
   Main PID: 8
`, "Unit none.service could not be found.\n")
}

func TestStatusTellsMasksAndDropIns(t *testing.T) {
	b := newBench(t)
	b.run(t, "mask other")
	b.expect(t, "status other", 3, `○ other.service
     Loaded: masked (Reason: Unit other.service is masked.)
     Active: inactive (dead)
`, "")
	if got := describeDropIns([]string{"/etc/x.service.d/1.conf", "/etc/x.service.d/2.conf", "/lib/x.service.d/3.conf"}); got != `    Drop-In: /etc/x.service.d
             ├─1.conf
             └─2.conf
             /lib/x.service.d
             └─3.conf
` {
		t.Errorf("got %s", got)
	}
}

func TestIsEnabledTellsLinksAndMasks(t *testing.T) {
	b := newBench(t)
	b.expect(t, "is-enabled kubelet", 1, "disabled\n", "")
	b.run(t, "enable kubelet")
	b.expect(t, "is-enabled kubelet none", 0, "enabled\nnot-found\n", "")
	b.expect(t, "is-enabled none", 4, "not-found\n", "")
	b.expect(t, "mask --quiet other", 0, "", "Unit other.service does not exist, proceeding anyway.\n")
	b.expect(t, "is-enabled other", 1, "masked\n", "")
}

func TestAMaskedUnitDoesNotStart(t *testing.T) {
	b := newBench(t)
	b.expect(t, "mask kubelet", 0, "", "Created symlink '/etc/systemd/system/kubelet.service' → '/dev/null'.\n")
	b.expect(t, "start kubelet", 1, "", "Failed to start kubelet.service: Unit kubelet.service is masked.\n")
	b.expect(t, "unmask kubelet", 0, "", "Removed '/etc/systemd/system/kubelet.service'.\n")
	b.expect(t, "start kubelet", 0, "", "")
}

func TestWhatIsNotThereIsNeitherStartedNorStopped(t *testing.T) {
	b := newBench(t)
	b.expect(t, "start none", 5, "", "Failed to start none.service: Unit none.service not found.\n")
	b.expect(t, "restart none", 5, "", "Failed to restart none.service: Unit none.service not found.\n")
	b.expect(t, "stop none", 5, "", "Failed to stop none.service: Unit none.service not loaded.\n")
	b.expect(t, "reset-failed none", 1, "", "Failed to reset failed state of unit none.service: Unit none.service not loaded.\n")
	b.expect(t, "enable none", 1, "", "Failed to enable unit: Unit none.service does not exist\n")
}

func TestARestartStopsAndStarts(t *testing.T) {
	b := newBench(t)
	b.expect(t, "restart containerd", 0, "", "")
	if got := strings.Join(b.did, ", "); got != "stop containerd.service, start containerd.service" {
		t.Errorf("got %s", got)
	}
}

func TestStartingWhatRunsDoesNothing(t *testing.T) {
	b := newBench(t)
	b.expect(t, "start containerd docker", 0, "", "")
	if len(b.did) > 0 {
		t.Errorf("got %q", b.did)
	}
}

func TestAUnitThatDoesNotComeUpIsTold(t *testing.T) {
	b := newBench(t)
	b.fails["kubelet.service"] = true
	if code, _, said := b.run(t, "start kubelet"); code != 1 || !strings.Contains(said, "Job for kubelet.service failed: it does not come up") {
		t.Errorf("got %d, %s", code, said)
	}
}

func TestEverySeveralUnitIsTriedAndOneFailureIsTheResult(t *testing.T) {
	b := newBench(t)
	if code, _, _ := b.run(t, "start none kubelet"); code != 5 || !b.processes["kubelet.service"].Up {
		t.Errorf("got %d after %q", code, b.did)
	}
}

func TestEnableAndDisableNowStartAndStop(t *testing.T) {
	b := newBench(t)
	b.run(t, "enable --now kubelet")
	b.run(t, "disable --now kubelet")
	if got := strings.Join(b.did, ", "); got != "start kubelet.service, stop kubelet.service" {
		t.Errorf("got %s", got)
	}
}

func TestWhatThisSystemctlDoesNotHaveIsAClearFailure(t *testing.T) {
	b := newBench(t)
	for line, part := range map[string]string{
		"poweroff":            "unknown command verb 'poweroff'; this systemctl has cat, daemon-reload",
		"start --user x":      "unrecognized option '--user'",
		"start":               "too few arguments",
		"":                    "a verb is missing",
		"daemon-reload x":     "too many arguments",
		"start x.socket":      "Unit x.socket not found",
		"start docker.socket": "this systemctl runs services only",
		"start bad":           "Unit bad.service has a bad unit file setting: the setting User= is not supported",
	} {
		if code, out, said := b.run(t, line); code == 0 || out != "" || !strings.Contains(said, part) {
			t.Errorf("%q: got %d, %q, %q", line, code, out, said)
		}
	}
}

func TestTheFilesOfAUnitAreShownWithTheirPaths(t *testing.T) {
	b := newBench(t)
	b.expect(t, "cat bad", 0, "# /usr/lib/systemd/system/bad.service\n[Service]\nUser=nobody\n\n", "")
	b.expect(t, "cat none", 1, "", "No files found for none.service.\n")
}

func TestTheJournalIsTheUnitsLog(t *testing.T) {
	folder := t.TempDir()
	logOf := func(name string) string { return filepath.Join(folder, name+".log") }
	for name, content := range map[string]string{"kubelet": "one\ntwo\nthree\n", "docker": "four\n"} {
		if err := os.WriteFile(logOf(name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for line, want := range map[string]string{
		"--no-pager -u kubelet":          "one\ntwo\nthree\n",
		"-u kubelet -n 2":                "two\nthree\n",
		"-xeu kubelet":                   "one\ntwo\nthree\n",
		"--unit=kubelet -n1":             "three\n",
		"-u docker -u kubelet --lines=1": "four\nthree\n",
		"-u other":                       "-- No entries --\n",
	} {
		var out, errs bytes.Buffer
		if code := Journal(t.Context(), strings.Fields(line), logOf, &out, &errs); code != 0 || out.String() != want {
			t.Errorf("%s: got %d, %q, %q", line, code, out.String(), errs.String())
		}
	}
	for _, line := range []string{"", "-u", "-u kubelet -n many", "--since today -u kubelet", "-b -u kubelet", "kubelet"} {
		var out, errs bytes.Buffer
		if code := Journal(t.Context(), strings.Fields(line), logOf, &out, &errs); code == 0 || errs.Len() == 0 {
			t.Errorf("%s: got %d, %q", line, code, errs.String())
		}
	}
}

func TestTheJournalIsFollowedUntilItsReaderGoes(t *testing.T) {
	file := filepath.Join(t.TempDir(), "kubelet.log")
	if err := os.WriteFile(file, []byte("one\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	out, in := io.Pipe()
	ended := make(chan int)
	go func() {
		ended <- Journal(ctx, []string{"-fu", "kubelet"}, func(string) string { return file }, in, io.Discard)
	}()
	lines := bufio.NewScanner(out)
	for _, want := range []string{"one", "two"} {
		if !lines.Scan() || lines.Text() != want {
			t.Errorf("got %q", lines.Text())
		}
		appendTo(t, file, "two\n")
	}
	cancel()
	go func() { _, _ = io.Copy(io.Discard, out) }()
	if code := <-ended; code != 0 {
		t.Errorf("got %d", code)
	}
}

func appendTo(t *testing.T, path, text string) {
	t.Helper()
	file, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if _, err := file.WriteString(text); err != nil {
		t.Fatal(err)
	}
}
