package systemctl

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"istio-ci/node/internal/minikube/unit"
)

// memory is a supervisor that keeps its processes in a map. s6 itself is tested in the cluster's image.
type memory struct {
	builtIn   map[string]bool
	processes map[string]Process
	fails     map[string]bool
	// crashes is how many times a unit ends right after its start.
	crashes map[string]int
	did     []string
}

func (s *memory) BuiltIn(name string) bool { return s.builtIn[name] }
func (s *memory) Inspect(_ context.Context, name string) (Process, error) {
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

type fixture struct {
	*memory
	manager Manager
	out     bytes.Buffer
	err     bytes.Buffer
}

// newFixture has containerd and docker as the image's own services, and kubelet as minikube's unit.
func newFixture(t *testing.T) *fixture {
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
	f := &fixture{memory: &memory{
		builtIn:   map[string]bool{"containerd.service": true, "docker.service": true},
		processes: map[string]Process{"containerd.service": {Up: true, PID: 7}, "docker.service": {Up: true, PID: 8}},
		fails:     map[string]bool{},
		crashes:   map[string]int{},
	}}
	f.manager = Manager{Disk: unit.Disk{Root: root}, Supervisor: f.memory, Out: &f.out, Err: &f.err}
	return f
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

// write adds a file to the unit folders' root.
func (f *fixture) write(t *testing.T, path, content string) {
	t.Helper()
	writeUnit(t, f.manager.Disk.Root, path, content)
}

// run runs a command line and returns its exit code and what it printed.
func (f *fixture) run(t *testing.T, line string) (code int, out, err string) {
	t.Helper()
	f.out.Reset()
	f.err.Reset()
	code = f.manager.Run(t.Context(), strings.Fields(line))
	return code, f.out.String(), f.err.String()
}

func (f *fixture) expect(t *testing.T, line string, code int, out, err string) {
	t.Helper()
	gotCode, gotOut, gotErr := f.run(t, line)
	if gotCode != code || gotOut != out || gotErr != err {
		t.Errorf("%s: got %d, %q, %q; want %d, %q, %q", line, gotCode, gotOut, gotErr, code, out, err)
	}
}
