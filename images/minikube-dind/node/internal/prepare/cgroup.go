package prepare

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

const cgroupRoot = "/sys/fs/cgroup"

// nestLimit is how long processes that come into the root keep it from having child cgroups with controllers.
const nestLimit = 10 * time.Second

// missingControls is what enables every controller that child cgroups do not have yet, "" if they have all. Both arguments are the
// texts of the files of that name in the root of cgroup v2.
func missingControls(controllers, subtreeControl string) string {
	enabled := strings.Fields(subtreeControl)
	var controls []string
	for controller := range strings.FieldsSeq(controllers) {
		if !slices.Contains(enabled, controller) {
			controls = append(controls, "+"+controller)
		}
	}
	return strings.Join(controls, " ")
}

// nestCgroups makes room for child cgroups with controllers: cgroup v1 needs nothing, cgroup v2 allows them only where no process is in
// the parent. It moves every process of the container into a child and enables the controllers in the root. A `docker exec` at the same
// moment puts a process back into the root, so this repeats until it sticks: moby's hack/dind does the same, kind#2409 shows why.
func nestCgroups(limit time.Duration) (string, error) {
	controllers, err := os.ReadFile(filepath.Join(cgroupRoot, "cgroup.controllers"))
	if errors.Is(err, os.ErrNotExist) {
		return "cgroup v1", nil
	}
	if err != nil {
		return "", err
	}
	child := filepath.Join(cgroupRoot, "init")
	if err := os.MkdirAll(child, 0o755); err != nil {
		return "", err
	}
	deadline := time.Now().Add(limit)
	for {
		enabled, err := os.ReadFile(filepath.Join(cgroupRoot, "cgroup.subtree_control"))
		if err != nil {
			return "", err
		}
		controls := missingControls(string(controllers), string(enabled))
		if controls == "" {
			return "cgroup v2, controllers: " + strings.TrimSpace(string(controllers)), nil
		}
		moveProcesses(cgroupRoot, child)
		err = os.WriteFile(filepath.Join(cgroupRoot, "cgroup.subtree_control"), []byte(controls), 0)
		if err != nil && time.Now().After(deadline) {
			return "", fmt.Errorf("enable %q for child cgroups: %w", controls, err)
		}
	}
}

// moveProcesses leaves out what cannot be moved: a process that has just ended, or a kernel thread.
func moveProcesses(from, to string) {
	procs, err := os.ReadFile(filepath.Join(from, "cgroup.procs"))
	if err != nil {
		return
	}
	for pid := range strings.FieldsSeq(string(procs)) {
		_ = os.WriteFile(filepath.Join(to, "cgroup.procs"), []byte(pid), 0)
	}
}
