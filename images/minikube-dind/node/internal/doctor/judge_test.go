package doctor

import (
	"slices"
	"testing"
)

func healthy() Facts {
	return Facts{
		Capabilities: 1<<41 - 1, CgroupVersion: 1, CgroupWritable: true, SysWritable: true, Filesystems: "nodev\toverlay\n\text4\n",
		FreeDiskMiB: 50_000, AvailableMiB: 8_000, InotifyInstances: 1024, InotifyWatches: 524288, Nameservers: []string{"127.0.0.11"},
	}
}

func codes(f Facts) []string {
	var all []string
	for _, finding := range Judge(f) {
		all = append(all, finding.Code)
	}
	return all
}

func TestAHealthyContainerHasNoFindings(t *testing.T) {
	if got := codes(healthy()); got != nil {
		t.Errorf("got %v", got)
	}
}

func TestEachFailedPreconditionIsOneFinding(t *testing.T) {
	for code, spoil := range map[string]func(*Facts){
		"NODE_CAPABILITY":         func(f *Facts) { f.Capabilities &^= 1 << 21 },
		"NODE_CGROUP_READONLY":    func(f *Facts) { f.CgroupWritable = false },
		"NODE_SYSCTL_READONLY":    func(f *Facts) { f.SysWritable = false },
		"NODE_NO_NETWORK":         func(f *Facts) { f.NetworkError = "none" },
		"NODE_IPTABLES":           func(f *Facts) { f.IptablesError = "no" },
		"NODE_NO_OVERLAY":         func(f *Facts) { f.Filesystems = "\text4\n" },
		"NODE_OVERLAY_ON_OVERLAY": func(f *Facts) { f.DataFilesystem = overlayMagic },
		"NODE_DISK":               func(f *Facts) { f.FreeDiskMiB = 10 },
		"NODE_MEMORY":             func(f *Facts) { f.AvailableMiB = 10 },
		"NODE_INOTIFY":            func(f *Facts) { f.InotifyInstances = 128 },
		"NODE_NO_DNS":             func(f *Facts) { f.Nameservers = nil },
	} {
		f := healthy()
		spoil(&f)
		if got := codes(f); !slices.Equal(got, []string{code}) {
			t.Errorf("%s: got %v", code, got)
		}
	}
}

func TestTheCapabilitySysResourceIsNotNeeded(t *testing.T) {
	f := healthy()
	f.Capabilities &^= 1 << 24
	if got := codes(f); got != nil {
		t.Errorf("got %v", got)
	}
}
