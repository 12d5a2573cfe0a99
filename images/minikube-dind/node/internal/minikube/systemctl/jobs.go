package systemctl

import (
	"context"
	"fmt"
	"strings"

	"istio-ci/node/internal/minikube/unit"
)

func (m Manager) start(ctx context.Context, c call) int {
	return each(c.units, func(name string) int { return m.startOne(ctx, "start", name) })
}

func (m Manager) restart(ctx context.Context, c call) int {
	return each(c.units, func(name string) int {
		if code := m.mayStart("restart", name); code != exitOK {
			return code
		}
		if code := m.stopOne(ctx, "restart", name); code != exitOK {
			return code
		}
		return m.startOne(ctx, "restart", name)
	})
}

func (m Manager) stop(ctx context.Context, c call) int {
	return each(c.units, func(name string) int {
		u := m.loaded(name)
		process, err := m.Supervisor.Inspect(ctx, u.Name)
		if err == nil && u.Load == unit.NotFound && !process.Up && !process.Restarting {
			m.fail("Failed to stop %s: Unit %s not loaded.", u.Name, u.Name)
			return exitNotLoaded
		}
		return m.stopOne(ctx, "stop", name)
	})
}

// each calls do for every name, even after a failure, and returns the exit code of the first failure, as
// systemctl does.
func each(names []string, do func(string) int) int {
	first := exitOK
	for _, name := range names {
		if code := do(name); first == exitOK {
			first = code
		}
	}
	return first
}

// mayStart returns exitOK for a unit that can be started. For any other it prints the reason.
func (m Manager) mayStart(job, name string) int {
	u := m.loaded(name)
	switch {
	case u.Load == unit.NotFound:
		m.fail("Failed to %s %s: Unit %s not found.", job, u.Name, u.Name)
		return exitNotLoaded
	case u.Load == unit.Masked:
		return m.fail("Failed to %s %s: Unit %s is masked.", job, u.Name, u.Name)
	case u.Load == unit.Bad:
		return m.fail("Failed to %s %s: Unit %s has a bad unit file setting: %v.", job, u.Name, u.Name, u.Err)
	case !strings.HasSuffix(u.Name, ".service"):
		return m.fail("Failed to %s %s: this systemctl runs services only.", job, u.Name)
	}
	return exitOK
}

func (m Manager) startOne(ctx context.Context, job, name string) int {
	if code := m.mayStart(job, name); code != exitOK {
		return code
	}
	name = unit.FullName(name)
	state, _, err := m.activeState(ctx, name)
	if err == nil && state == active {
		return exitOK
	}
	if err == nil {
		err = m.Supervisor.Forget(name)
	}
	if err == nil {
		err = m.Supervisor.Start(ctx, name)
	}
	if err != nil {
		return m.fail("Job for %s failed: %v\nSee \"systemctl status %s\" and \"journalctl -u %s\" for details.", name, err, name, name)
	}
	return exitOK
}

func (m Manager) stopOne(ctx context.Context, job, name string) int {
	name = unit.FullName(name)
	process, err := m.Supervisor.Inspect(ctx, name)
	if err == nil && (process.Up || process.Restarting) {
		err = m.Supervisor.Stop(ctx, name)
	}
	if err != nil {
		return m.fail("Failed to %s %s: %v", job, name, err)
	}
	return exitOK
}

// daemonReload has nothing to do: unit files are read at each call, and a running process keeps the settings
// it was started with, as under systemd.
func (m Manager) daemonReload(_ context.Context, c call) int {
	if len(c.units) > 0 {
		return m.fail("systemctl: too many arguments: daemon-reload takes no unit")
	}
	return exitOK
}

func (m Manager) resetFailed(_ context.Context, c call) int {
	return each(c.units, func(name string) int {
		u := m.loaded(name)
		if u.Load == unit.NotFound {
			return m.fail("Failed to reset failed state of unit %s: Unit %s not loaded.", u.Name, u.Name)
		}
		if err := m.Supervisor.Forget(u.Name); err != nil {
			return m.fail("Failed to reset failed state of unit %s: %v", u.Name, err)
		}
		return exitOK
	})
}

// enable, disable, mask and unmask change links on disk and print each change.
func (m Manager) enable(ctx context.Context, c call) int {
	code := m.links(c, "enable", m.Disk.Enable)
	if c.now && code == exitOK {
		return m.start(ctx, c)
	}
	return code
}

func (m Manager) disable(ctx context.Context, c call) int {
	code := m.links(c, "disable", m.Disk.Disable)
	if c.now && code == exitOK {
		return each(c.units, func(name string) int { return m.stopOne(ctx, "disable", name) })
	}
	return code
}

func (m Manager) links(c call, verb string, change func(unit.Unit) ([]string, error)) int {
	return each(c.units, func(name string) int {
		u := m.loaded(name)
		switch u.Load {
		case unit.NotFound:
			return m.fail("Failed to %s unit: Unit %s does not exist", verb, u.Name)
		case unit.Masked:
			return m.fail("Failed to %s unit: Unit %s is masked", verb, u.Name)
		}
		return m.changeLinks(c, verb, u, change)
	})
}

func (m Manager) mask(ctx context.Context, c call) int {
	code := each(c.units, func(name string) int {
		u := m.Disk.Find(name)
		if u.Load == unit.NotFound {
			fmt.Fprintf(m.Err, "Unit %s does not exist, proceeding anyway.\n", u.Name)
		}
		return m.changeLinks(c, "mask", u, m.Disk.Mask)
	})
	if c.now && code == exitOK {
		return each(c.units, func(name string) int { return m.stopOne(ctx, "mask", name) })
	}
	return code
}

func (m Manager) unmask(_ context.Context, c call) int {
	return each(c.units, func(name string) int {
		u := m.Disk.Find(name)
		if u.Load == unit.NotFound && !m.Supervisor.BuiltIn(u.Name) {
			fmt.Fprintf(m.Err, "Unit %s does not exist, proceeding anyway.\n", u.Name)
		}
		return m.changeLinks(c, "unmask", u, m.Disk.Unmask)
	})
}

func (m Manager) changeLinks(c call, verb string, u unit.Unit, change func(unit.Unit) ([]string, error)) int {
	messages, err := change(u)
	for _, line := range messages {
		if !c.quiet {
			fmt.Fprintln(m.Err, line)
		}
	}
	if err != nil {
		return m.fail("Failed to %s unit: %v", verb, err)
	}
	return exitOK
}
