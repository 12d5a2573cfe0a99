package systemctl

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"

	"istio-ci/node/internal/minikube/unit"
)

// Active states, as `systemctl is-active` prints them.
const (
	active     = "active"
	activating = "activating"
	inactive   = "inactive"
	failed     = "failed"
)

// Process is what a supervisor knows of a unit's process.
type Process struct {
	Up bool
	// Restarting: it ended and is about to be started again.
	Restarting bool
	// Failed: it ended for good, and not well.
	Failed bool
	PID    int
}

// Supervisor runs the processes behind the units.
type Supervisor interface {
	// Own is true for a unit whose process the image itself describes, whatever unit file there may be.
	Own(name string) bool
	Look(ctx context.Context, name string) (Process, error)
	// Start returns when the unit is up; one whose own readiness is known, when it is ready.
	Start(ctx context.Context, name string) error
	Stop(ctx context.Context, name string) error
	// Forget drops the record that a unit failed.
	Forget(name string) error
}

// Manager is systemctl's view of the container.
type Manager struct {
	Disk       unit.Disk
	Supervisor Supervisor
	Out, Err   io.Writer
}

// verb is one command: it returns the exit code.
type verb struct {
	perUnit bool
	run     func(Manager, context.Context, call) int
}

var verbs map[string]verb

func init() {
	verbs = map[string]verb{
		"start":         {true, Manager.start},
		"stop":          {true, Manager.stop},
		"restart":       {true, Manager.restart},
		"is-active":     {true, Manager.isActive},
		"is-enabled":    {true, Manager.isEnabled},
		"status":        {true, Manager.status},
		"cat":           {true, Manager.cat},
		"enable":        {true, Manager.enable},
		"disable":       {true, Manager.disable},
		"mask":          {true, Manager.mask},
		"unmask":        {true, Manager.unmask},
		"reset-failed":  {true, Manager.resetFailed},
		"daemon-reload": {false, Manager.daemonReload},
	}
}

func verbNames() []string { return slices.Sorted(maps.Keys(verbs)) }

// Run does what a command line asks and returns the exit code.
func (m Manager) Run(ctx context.Context, arguments []string) int {
	c, err := parse(arguments)
	if err != nil {
		fmt.Fprintf(m.Err, "systemctl: %v\n", err)
		return exitFailure
	}
	switch c.verb {
	case "--version":
		fmt.Fprintln(m.Out, "systemd 257 (istio-ci: systemctl's verbs for minikube and kubeadm, on s6)")
		return exitOK
	case "--help":
		fmt.Fprintf(m.Out, "systemctl VERB UNIT..., where VERB is one of: %v\n", verbNames())
		return exitOK
	}
	return verbs[c.verb].run(m, ctx, c)
}

// loaded is the unit by its name. A process that the image itself describes counts as loaded without a unit file.
func (m Manager) loaded(name string) unit.Unit {
	u := m.Disk.Find(name)
	if u.Load != unit.Masked && m.Supervisor.Own(u.Name) {
		u.Load, u.Err = unit.Loaded, nil
	}
	return u
}

// activeState is a unit's state; a unit that is not on disk any more may still run.
func (m Manager) activeState(ctx context.Context, name string) (string, Process, error) {
	p, err := m.Supervisor.Look(ctx, name)
	switch {
	case err != nil:
		return "", p, err
	case p.Up:
		return active, p, nil
	case p.Restarting:
		return activating, p, nil
	case p.Failed:
		return failed, p, nil
	}
	return inactive, p, nil
}

// fail prints one line as systemctl does and returns the exit code of a failure.
func (m Manager) fail(format string, values ...any) int {
	fmt.Fprintf(m.Err, format+"\n", values...)
	return exitFailure
}
