package prepare

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// raised are limits of the whole host. They are raised if they are too low for many clusters, and never
// lowered (kind's known issues; istio#15644, kubernetes#104303).
var raised = map[string]int{
	"fs.inotify.max_user_instances": 1024,
	"fs.inotify.max_user_watches":   524288,
}

// set are settings of this network namespace. Forwarding must be on before dockerd starts: if dockerd turns
// it on itself, it also sets the FORWARD chain to drop, which affects pods.
var set = map[string]int{
	"net.ipv4.ip_forward":                1,
	"net.ipv4.tcp_mtu_probing":           1,
	"net.bridge.bridge-nf-call-iptables": 1,
}

// mustChange reports whether a value has to be replaced.
func mustChange(current string, wanted int, raiseOnly bool) bool {
	value, err := strconv.Atoi(strings.TrimSpace(current))
	if err != nil {
		return false
	}
	if raiseOnly {
		return value < wanted
	}
	return value != wanted
}

// tuneKernel changes what it may. A host that allows nothing can still run a cluster, and `doctor` reports
// what is too low.
func tuneKernel() (string, error) {
	var changed []string
	apply := func(name string, wanted int, raiseOnly bool) {
		path := filepath.Join("/proc/sys", strings.ReplaceAll(name, ".", "/"))
		current, err := os.ReadFile(path)
		if err != nil || !mustChange(string(current), wanted, raiseOnly) {
			return
		}
		if os.WriteFile(path, []byte(strconv.Itoa(wanted)), 0) == nil {
			changed = append(changed, fmt.Sprintf("%s=%d", name, wanted))
		}
	}
	for name, wanted := range raised {
		apply(name, wanted, true)
	}
	for name, wanted := range set {
		apply(name, wanted, false)
	}
	return "sysctl changed (fs.inotify for the whole host): " + orNone(changed), nil
}
