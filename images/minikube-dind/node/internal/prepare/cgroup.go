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

// nestLimit is how long new processes in the root cgroup may keep it from having child cgroups with
// controllers.
const nestLimit = 10 * time.Second

// missingControls returns the text that enables the controllers that child cgroups lack, or "" if they have
// all. Both arguments are the contents of the files of that name in the root of cgroup v2.
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

// nestCgroups allows child cgroups with controllers. cgroup v1 needs nothing; cgroup v2 requires that the
// parent has no processes. So all processes move into a child, and then the controllers are enabled in the
// root. A `docker exec` at that moment puts a process back into the root, so this repeats until it works, as
// in moby's hack/dind; kind#2409 explains why.
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

// moveProcesses skips processes that cannot be moved: those that have just ended, and kernel threads.
func moveProcesses(from, to string) {
	procs, err := os.ReadFile(filepath.Join(from, "cgroup.procs"))
	if err != nil {
		return
	}
	for pid := range strings.FieldsSeq(string(procs)) {
		_ = os.WriteFile(filepath.Join(to, "cgroup.procs"), []byte(pid), 0)
	}
}
