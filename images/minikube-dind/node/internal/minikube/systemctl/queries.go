package systemctl

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"istio-ci/node/internal/minikube/unit"
)

// isActive prints each unit's state. It succeeds if one of them is active: minikube runs `is-active service
// docker`, and there is no unit `service`. systemd accepts that too.
func (m Manager) isActive(ctx context.Context, c call) int {
	anyActive, anyFound := false, false
	for _, name := range c.units {
		u := m.loaded(name)
		state, _, err := m.activeState(ctx, u.Name)
		if err != nil {
			return m.fail("Failed to retrieve unit state: %v", err)
		}
		if !c.quiet {
			fmt.Fprintln(m.Out, state)
		}
		anyActive = anyActive || state == active
		anyFound = anyFound || u.Load != unit.NotFound
	}
	switch {
	case anyActive:
		return exitOK
	case !anyFound:
		return exitUnknown
	}
	return exitNotRunning
}

func (m Manager) isEnabled(_ context.Context, c call) int {
	anyEnabled, anyFound := false, false
	for _, name := range c.units {
		u := m.loaded(name)
		state := m.Disk.State(u)
		if !c.quiet {
			fmt.Fprintln(m.Out, state)
		}
		anyEnabled = anyEnabled || slices.Contains([]string{"enabled", "static"}, state)
		anyFound = anyFound || u.Load != unit.NotFound
	}
	switch {
	case anyEnabled:
		return exitOK
	case !anyFound:
		return exitUnknown
	}
	return exitFailure
}

func (m Manager) status(ctx context.Context, c call) int {
	shown := 0
	return each(c.units, func(name string) int {
		u := m.loaded(name)
		state, process, err := m.activeState(ctx, u.Name)
		switch {
		case err != nil:
			return m.fail("Failed to retrieve unit state: %v", err)
		case u.Load == unit.NotFound && state == inactive:
			m.fail("Unit %s could not be found.", u.Name)
			return exitUnknown
		}
		if shown > 0 {
			fmt.Fprintln(m.Out)
		}
		shown++
		fmt.Fprint(m.Out, m.describe(u, state, process))
		if state == active {
			return exitOK
		}
		return exitNotRunning
	})
}

var substates = map[string]string{active: "active (running)", activating: "activating (auto-restart)", inactive: "inactive (dead)", failed: "failed"}

func (m Manager) describe(u unit.Unit, state string, process Process) string {
	var text strings.Builder
	marks := map[string]string{active: "●", activating: "●", failed: "×", inactive: "○"}
	fmt.Fprintf(&text, "%s %s", marks[state], u.Name)
	if u.Service.Description != "" {
		fmt.Fprintf(&text, " - %s", u.Service.Description)
	}
	text.WriteString("\n")
	loaded := u.Load
	switch {
	case u.Load == unit.Masked:
		loaded += fmt.Sprintf(" (Reason: Unit %s is masked.)", u.Name)
	case u.Err != nil:
		loaded += fmt.Sprintf(" (Reason: %v)", u.Err)
	case u.Path != "":
		loaded += fmt.Sprintf(" (%s; %s)", u.Path, m.Disk.State(u))
	}
	fmt.Fprintf(&text, "     Loaded: %s\n", loaded)
	text.WriteString(describeDropIns(u.DropIns))
	fmt.Fprintf(&text, "     Active: %s\n", substates[state])
	if process.PID > 0 {
		fmt.Fprintf(&text, "   Main PID: %d\n", process.PID)
	}
	return text.String()
}

// describeDropIns shows each folder on a line, with its files below it.
func describeDropIns(files []string) string {
	var text strings.Builder
	folder, label := "", "    Drop-In: "
	for i, file := range files {
		if filepath.Dir(file) != folder {
			folder = filepath.Dir(file)
			fmt.Fprintf(&text, "%s%s\n", label, folder)
			label = "             "
		}
		branch := "├─"
		if i+1 == len(files) || filepath.Dir(files[i+1]) != folder {
			branch = "└─"
		}
		fmt.Fprintf(&text, "             %s%s\n", branch, filepath.Base(file))
	}
	return text.String()
}

// cat prints the files of each unit, each after its path.
func (m Manager) cat(_ context.Context, c call) int {
	return each(c.units, func(name string) int {
		u := m.Disk.Find(name)
		if u.Path == "" {
			return m.fail("No files found for %s.", u.Name)
		}
		for _, file := range append([]string{u.Path}, u.DropIns...) {
			content, err := os.ReadFile(filepath.Join(m.Disk.Root, file))
			if err != nil {
				return m.fail("Failed to read %s: %v", file, err)
			}
			fmt.Fprintf(m.Out, "# %s\n%s\n", file, content)
		}
		return exitOK
	})
}
