// Package prepare turns a plain container into one in which containerd, dockerd and Kubernetes can run.
package prepare

import "strings"

// mount is a line of /proc/self/mountinfo.
type mount struct {
	point, fstype string
	readOnly      bool
}

// parseMounts reads /proc/self/mountinfo (proc_pid_mountinfo(5)): field 5 is the mount point, field 6 its
// options, and the file system type follows the dash.
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

// readOnlyMounts returns the mount points that must be writable and are not: without --privileged the engine
// mounts /sys, /proc/sys and the cgroups read-only. A later mount on the same point hides an earlier one, so
// only the last counts.
func readOnlyMounts(mounts []mount) []string {
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
