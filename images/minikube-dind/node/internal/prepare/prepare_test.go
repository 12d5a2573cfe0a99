package prepare

import (
	"slices"
	"testing"
)

const mountinfo = `30 1 0:26 / / rw,relatime - overlay overlay rw
31 30 0:27 / /sys ro,nosuid,nodev,noexec,relatime - sysfs sysfs ro
32 31 0:28 / /sys/fs/cgroup rw,nosuid - tmpfs tmpfs rw
33 32 0:29 /docker/x /sys/fs/cgroup/memory ro,nosuid master:4 - cgroup cgroup rw,memory
34 30 0:30 /sys /proc/sys ro,relatime - proc proc rw
35 30 0:31 / /etc/hosts ro - ext4 /dev/vda rw
36 34 0:32 / /proc/sys rw,relatime - proc proc rw
a broken line
`

func TestOnlyReadOnlyKernelMountsAreRemounted(t *testing.T) {
	got := readOnlyMounts(parseMounts(mountinfo))
	if !slices.Equal(got, []string{"/sys", "/sys/fs/cgroup/memory"}) {
		t.Errorf("got %v", got)
	}
}

func TestOnlyMissingControllersAreEnabled(t *testing.T) {
	for _, c := range []struct{ controllers, enabled, want string }{
		{"cpuset cpu io memory pids\n", "", "+cpuset +cpu +io +memory +pids"},
		{"cpu memory pids", "memory cpu\n", "+pids"},
		{"cpu memory", "cpu memory", ""},
	} {
		if got := missingControls(c.controllers, c.enabled); got != c.want {
			t.Errorf("%q less %q: got %q, want %q", c.controllers, c.enabled, got, c.want)
		}
	}
}

func TestIptablesFollowsTheExistingRules(t *testing.T) {
	for _, c := range []struct {
		what        string
		nft, legacy flavour
		want        string
	}{
		{"no rules", flavour{true, 0}, flavour{true, 0}, "nft"},
		{"the engine's DNS rules in legacy", flavour{true, 0}, flavour{true, 6}, "legacy"},
		{"the engine's DNS rules in nft", flavour{true, 6}, flavour{true, 0}, "nft"},
		{"a kernel without legacy tables", flavour{true, 0}, flavour{false, 0}, "nft"},
		{"a kernel without nf_tables", flavour{false, 0}, flavour{true, 0}, "legacy"},
	} {
		if got, err := pickIptables(c.nft, c.legacy); err != nil || got != c.want {
			t.Errorf("%s: got %q, %v", c.what, got, err)
		}
	}
	if _, err := pickIptables(flavour{}, flavour{}); err == nil {
		t.Error("a kernel without netfilter is accepted")
	}
}

func TestRulesAreCountedAndChainsAreNot(t *testing.T) {
	if got := countRules("*nat\n:PREROUTING ACCEPT [0:0]\n-A OUTPUT -j X\n-A X -p udp\nCOMMIT\n"); got != 2 {
		t.Errorf("got %d", got)
	}
}

func TestLimitsOfTheHostAreRaisedAndNeverLowered(t *testing.T) {
	for _, c := range []struct {
		current   string
		wanted    int
		raiseOnly bool
		want      bool
	}{
		{"128\n", 1024, true, true}, {"8192\n", 1024, true, false}, {"1024", 1024, true, false},
		{"0\n", 1, false, true}, {"1\n", 1, false, false}, {"not a number", 1, false, false},
	} {
		if got := mustChange(c.current, c.wanted, c.raiseOnly); got != c.want {
			t.Errorf("%+v: got %v", c, got)
		}
	}
}

func TestTheHostsCgroupNamespaceIsRecognised(t *testing.T) {
	for _, c := range []struct {
		what, selfCgroup string
		own              bool
	}{
		{"a namespace of the container", "0::/\n", true},
		{"the host's, systemd driver", "0::/system.slice/docker-0123.scope\n", false},
		{"the host's, cgroupfs driver", "0::/docker/0123\n", false},
		{"cgroup v1", "4:memory:/docker/0123\n1:name=systemd:/docker/0123\n", true},
	} {
		if got := atNamespaceRoot(c.selfCgroup); got != c.own {
			t.Errorf("%s: got %v", c.what, got)
		}
	}
}
