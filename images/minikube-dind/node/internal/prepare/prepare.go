package prepare

import (
	"context"

	"istio-ci/node/internal/config"
	"istio-ci/node/internal/failure"
)

type step struct {
	name string
	do   func() (string, error)
}

// Clean removes what an earlier start of this container left. It runs before the first status is written.
func Clean() error {
	if _, err := removeStale(); err != nil {
		return failure.Prepare("removing what an earlier start left", err)
	}
	return nil
}

// Run runs all steps in order and reports what each did.
func Run(ctx context.Context, c config.Config, report func(string)) error {
	steps := []step{
		{"taking a cgroup namespace", enterCgroupNamespace},
		{"making /sys, /proc/sys and the cgroups writable", makeWritable},
		{"sharing mounts", shareMounts},
		{"nesting cgroups", func() (string, error) { return nestCgroups(c.Limit(nestLimit)) }},
		{"providing /dev/kmsg", provideKmsg},
		{"making a machine-id", newMachineID},
		{"tuning the kernel", tuneKernel},
		{"choosing the flavour of iptables", func() (string, error) { return chooseIptables(ctx) }},
		{"trusting the extra CA", func() (string, error) { return trustExtraCA(c.ExtraCA) }},
	}
	for _, s := range steps {
		did, err := s.do()
		if err != nil {
			return failure.Prepare(s.name, err)
		}
		report(did)
	}
	return nil
}
