package doctor

import (
	"fmt"
	"strings"

	"istio-ci/node/internal/failure"
)

// Minimums of a cluster. Below them it boots badly or not at all. The memory is for an idle cluster and a
// first workload.
const (
	leastDiskMiB   = 2048
	leastMemoryMiB = 1024
	leastInstances = 512
	leastWatches   = 65536
	overlayMagic   = 0x794c7630
)

// capabilities that the node needs, by their bit (capability(7)), and what each is for.
var capabilities = []struct {
	bit  uint
	name string
	use  string
}{
	{21, "SYS_ADMIN", "mounts and namespaces of pods"},
	{12, "NET_ADMIN", "pods' networks and iptables"},
	{13, "NET_RAW", "iptables"},
	{27, "MKNOD", "device files of image layers"},
	{18, "SYS_CHROOT", "runc"},
	{19, "SYS_PTRACE", "namespaces of other processes"},
}

// Judge returns the problems, the worst first.
func Judge(f Facts) []*failure.Failure {
	var findings []*failure.Failure
	add := func(code, message, remedy string) {
		findings = append(findings, &failure.Failure{Code: code, Message: message, Remedy: remedy, Exit: failure.ExitCluster})
	}
	const arguments = "Start the container with --privileged, or with what `istio-ci docker-run-args` prints."
	for _, c := range capabilities {
		if f.Capabilities&(1<<c.bit) == 0 {
			add("NODE_CAPABILITY", fmt.Sprintf("The capability %s is missing; it is needed for %s.", c.name, c.use), arguments)
		}
	}
	if !f.CgroupWritable {
		add("NODE_CGROUP_READONLY", fmt.Sprintf("The cgroups (v%d) are read-only, so no pod can be started.", f.CgroupVersion), arguments)
	}
	if !f.SysWritable {
		add("NODE_SYSCTL_READONLY", "/proc/sys is read-only, so the network of pods cannot be set up.", arguments)
	}
	if f.NetworkError != "" {
		add("NODE_NO_NETWORK", "The container has no usable network: "+f.NetworkError+".", "Do not start it with --network none.")
	}
	if f.IptablesError != "" {
		add("NODE_IPTABLES", "iptables does not work: "+f.IptablesError+".", "Load the modules ip_tables and iptable_nat, or nf_tables, on the host.")
	}
	if !strings.Contains(f.Filesystems, "\toverlay\n") {
		add("NODE_NO_OVERLAY", "The kernel has no overlay file system.", "Load the module overlay on the host.")
	}
	if f.DataFilesystem == overlayMagic {
		add("NODE_OVERLAY_ON_OVERLAY", "/var/lib/containerd is not a volume, and an overlay cannot lie on an overlay.", "Keep the image's volumes; do not mount over /var/lib.")
	}
	if f.FreeDiskMiB < leastDiskMiB {
		add("NODE_DISK", fmt.Sprintf("Only %d MiB are free on the disk of the engine.", f.FreeDiskMiB), fmt.Sprintf("Free %d MiB or more, for example with `docker system prune`.", leastDiskMiB))
	}
	if f.AvailableMiB < leastMemoryMiB {
		add("NODE_MEMORY", fmt.Sprintf("Only %d MiB of memory are available.", f.AvailableMiB), fmt.Sprintf("Stop other programs, or use a host with %d MiB more.", leastMemoryMiB))
	}
	if f.InotifyInstances < leastInstances || f.InotifyWatches < leastWatches {
		add("NODE_INOTIFY", fmt.Sprintf("The host allows %d inotify instances and %d watches.", f.InotifyInstances, f.InotifyWatches),
			fmt.Sprintf("On the host: sysctl fs.inotify.max_user_instances=%d fs.inotify.max_user_watches=%d", leastInstances, leastWatches))
	}
	if len(f.Nameservers) == 0 {
		add("NODE_NO_DNS", "/etc/resolv.conf names no server, so pods can resolve only names of the cluster.", "Start the engine or the container with --dns.")
	}
	return findings
}
