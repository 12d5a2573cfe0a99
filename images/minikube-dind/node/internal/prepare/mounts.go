package prepare

import (
	"fmt"
	"os"
	"strings"
	"syscall"
)

// makeWritable remounts what the engine mounted read-only.
func makeWritable() (string, error) {
	mountinfo, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		return "", err
	}
	points := readOnlyMounts(parseMounts(string(mountinfo)))
	const flags = syscall.MS_REMOUNT | syscall.MS_BIND | syscall.MS_NOSUID | syscall.MS_NODEV | syscall.MS_NOEXEC
	for _, point := range points {
		if err := syscall.Mount("", point, "", flags, ""); err != nil {
			return "", fmt.Errorf("remount %s: %w", point, err)
		}
	}
	return "made writable: " + orNone(points), nil
}

// shareMounts lets mounts of pods with mountPropagation reach other mount namespaces, as kind and docker:dind
// do.
func shareMounts() (string, error) {
	if err := syscall.Mount("", "/", "", syscall.MS_REC|syscall.MS_SHARED, ""); err != nil {
		return "", fmt.Errorf("make / shared: %w", err)
	}
	return "mounts are shared", nil
}

func orNone(items []string) string {
	if len(items) == 0 {
		return "none"
	}
	return strings.Join(items, " ")
}
