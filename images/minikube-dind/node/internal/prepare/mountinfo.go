// Package prepare turns a container's view of the system into one that containerd, dockerd and Kubernetes can run in.
package prepare

import "strings"

// mount is one line of /proc/self/mountinfo, as far as it matters here.
type mount struct {
	point, fstype string
	readOnly      bool
}

// parseMounts reads /proc/self/mountinfo (proc_pid_mountinfo(5)): the mount point is field 5, its options field 6, and the type of
// the file system follows the dash.
func parseMounts(mountinfo string) []mount {
	var mounts []mount
	for line := range strings.Lines(mountinfo) {
		before, after, found := strings.Cut(strings.TrimSpace(line), " - ")
		fields, kind := strings.Fields(before), strings.Fields(after)
		if !found || len(fields) < 6 || len(kind) == 0 {
			continue
		}
		options := strings.Split(fields[5], ",")
		mounts = append(mounts, mount{point: fields[4], fstype: kind[0], readOnly: options[0] == "ro"})
	}
	return mounts
}

// writable lists the mount points that must be writable and are not: without --privileged the engine mounts /sys, /proc/sys and
// the cgroups read-only. What is mounted later on the same point hides what was before, so only the last counts.
func writable(mounts []mount) []string {
	last := map[string]mount{}
	var order []string
	for _, m := range mounts {
		if _, seen := last[m.point]; !seen {
			order = append(order, m.point)
		}
		last[m.point] = m
	}
	var points []string
	for _, point := range order {
		needed := point == "/sys" || point == "/proc/sys" || point == "/sys/fs/cgroup" || strings.HasPrefix(point, "/sys/fs/cgroup/")
		if needed && last[point].readOnly {
			points = append(points, point)
		}
	}
	return points
}
