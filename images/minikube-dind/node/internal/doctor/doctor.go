// Package doctor checks whether the host provides what the container needs, with one finding for each
// problem.
package doctor

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"

	"istio-ci/node/internal/failure"
	"istio-ci/node/internal/network"
	"istio-ci/node/internal/system"
)

// Facts are the observations that Judge evaluates.
type Facts struct {
	Capabilities     uint64 // effective, as in /proc/self/status
	CgroupVersion    int
	CgroupWritable   bool
	SysWritable      bool
	Filesystems      string // /proc/filesystems
	DataFilesystem   int64  // f_type of /var/lib/containerd
	FreeDiskMiB      uint64
	AvailableMiB     uint64
	InotifyInstances int
	InotifyWatches   int
	IptablesError    string
	NetworkError     string
	Nameservers      []string
}

// Gather examines this container.
func Gather(ctx context.Context) (Facts, error) {
	var f Facts
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return f, err
	}
	f.Capabilities, _ = strconv.ParseUint(field(string(status), "CapEff:"), 16, 64)
	f.CgroupVersion = 1
	if _, err := os.Stat("/sys/fs/cgroup/cgroup.controllers"); err == nil {
		f.CgroupVersion = 2
	}
	f.CgroupWritable = syscall.Access(cgroupProbe(f.CgroupVersion), 2) == nil
	f.SysWritable = syscall.Access("/proc/sys/net/ipv4/ip_forward", 2) == nil
	filesystems, err := os.ReadFile("/proc/filesystems")
	if err != nil {
		return f, err
	}
	f.Filesystems = string(filesystems)
	var disk syscall.Statfs_t
	if err := syscall.Statfs("/var/lib/containerd", &disk); err != nil {
		return f, err
	}
	f.DataFilesystem, f.FreeDiskMiB = int64(disk.Type), disk.Bavail*uint64(disk.Bsize)>>20
	meminfo, err := os.ReadFile("/proc/meminfo")
	if err != nil {
		return f, err
	}
	kib, _ := strconv.ParseUint(field(string(meminfo), "MemAvailable:"), 10, 64)
	f.AvailableMiB = kib >> 10
	f.InotifyInstances = number("/proc/sys/fs/inotify/max_user_instances")
	f.InotifyWatches = number("/proc/sys/fs/inotify/max_user_watches")
	if _, err := system.Run(ctx, "iptables-save", "-t", "nat"); err != nil {
		f.IptablesError = err.Error()
	}
	if _, err := network.Find(); err != nil {
		f.NetworkError = err.Error()
	}
	if resolvConf, err := os.ReadFile("/etc/resolv.conf"); err == nil {
		f.Nameservers = network.Nameservers(string(resolvConf))
	}
	return f, nil
}

func cgroupProbe(version int) string {
	if version == 2 {
		return "/sys/fs/cgroup"
	}
	return "/sys/fs/cgroup/memory"
}

// field returns the word after a label in text with lines like "Label: word".
func field(text, label string) string {
	for line := range strings.Lines(text) {
		if rest, found := strings.CutPrefix(line, label); found {
			if words := strings.Fields(rest); len(words) > 0 {
				return words[0]
			}
		}
	}
	return ""
}

func number(path string) int {
	content, err := os.ReadFile(path)
	if err != nil {
		return 0
	}
	n, _ := strconv.Atoi(strings.TrimSpace(string(content)))
	return n
}

// AsError returns nil without findings, and otherwise the first finding with the number of the others.
func AsError(findings []*failure.Failure) error {
	if len(findings) == 0 {
		return nil
	}
	first := *findings[0]
	if more := len(findings) - 1; more > 0 {
		first.Message += fmt.Sprintf(" (And %d more.)", more)
	}
	return &first
}
