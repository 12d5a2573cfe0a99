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

// Process is the state of a unit's process.
type Process struct {
	Up bool
	// Restarting: it has ended and will be started again.
	Restarting bool
	// Failed: it has ended with an error and will not be started again.
	Failed bool
	PID    int
}

// Supervisor runs the processes behind the units.
type Supervisor interface {
	// BuiltIn is true for a unit whose process the image itself defines, whatever unit files exist.
	BuiltIn(name string) bool
	Inspect(ctx context.Context, name string) (Process, error)
	// Start returns when the unit is up, or ready if there is a check for that.
	Start(ctx context.Context, name string) error
	Stop(ctx context.Context, name string) error
	// Forget drops the record of a failure.
	Forget(name string) error
}

// Manager implements systemctl in the container.
type Manager struct {
	Disk       unit.Disk
	Supervisor Supervisor
	Out, Err   io.Writer
}

// verb is a command of systemctl. run returns the exit code.
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

// Run runs a command line and returns the exit code.
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

// loaded returns a unit by its name. A built-in unit counts as loaded even without a unit file.
func (m Manager) loaded(name string) unit.Unit {
	u := m.Disk.Find(name)
	if u.Load != unit.Masked && m.Supervisor.BuiltIn(u.Name) {
		u.Load, u.Err = unit.Loaded, nil
	}
	return u
}

// activeState returns the state of a unit. A unit may still run after its file was removed.
func (m Manager) activeState(ctx context.Context, name string) (string, Process, error) {
	p, err := m.Supervisor.Inspect(ctx, name)
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

// fail prints a line as systemctl does and returns the exit code of a failure.
func (m Manager) fail(format string, values ...any) int {
	fmt.Fprintf(m.Err, format+"\n", values...)
	return exitFailure
}
