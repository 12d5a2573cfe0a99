package prepare

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
)

// enterCgroupNamespace gives the container its own cgroup namespace if it sees the host's cgroups (cgroup v2
// with `--cgroupns host`, or an engine with that default). Otherwise nesting would rearrange the host's
// cgroups, and those of pods would outlive the container. kind asks the engine for a private namespace
// instead; users who start this image by hand need not know that. With cgroup v1 the engine mounts the
// container's own cgroups.
func enterCgroupNamespace() (string, error) {
	if _, err := os.Stat(filepath.Join(cgroupRoot, "cgroup.controllers")); errors.Is(err, os.ErrNotExist) {
		return "cgroup v1", nil
	}
	self, err := os.ReadFile("/proc/self/cgroup")
	if err != nil {
		return "", err
	}
	if atNamespaceRoot(string(self)) {
		return "the cgroup namespace is the container's own", nil
	}
	// A namespace belongs to a thread. This thread keeps it until it becomes the supervisor, whose children
	// inherit it.
	runtime.LockOSThread()
	if err := syscall.Unshare(syscall.CLONE_NEWCGROUP); err != nil {
		return "", fmt.Errorf("make a cgroup namespace: %w", err)
	}
	if err := syscall.Unmount(cgroupRoot, syscall.MNT_DETACH); err != nil {
		return "", fmt.Errorf("unmount the host's cgroups: %w", err)
	}
	const flags = syscall.MS_NOSUID | syscall.MS_NODEV | syscall.MS_NOEXEC | syscall.MS_RELATIME
	if err := syscall.Mount("cgroup2", cgroupRoot, "cgroup2", flags, ""); err != nil {
		return "", fmt.Errorf("mount the container's cgroups: %w", err)
	}
	return "left the host's cgroup namespace for a new one", nil
}

// atNamespaceRoot reads /proc/self/cgroup (cgroups(7)). The line of cgroup v2 is `0::PATH`, and PATH is
// relative to the root of the namespace.
func atNamespaceRoot(selfCgroup string) bool {
	for line := range strings.Lines(selfCgroup) {
		if path, found := strings.CutPrefix(strings.TrimSpace(line), "0::"); found {
			return path == "/"
		}
	}
	return true
}
