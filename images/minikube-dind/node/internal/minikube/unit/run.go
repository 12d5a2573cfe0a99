package unit

import (
	"context"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"

	"istio-ci/node/internal/failure"
)

// Exec runs the ExecStartPre commands and then becomes the service's program. It returns only with an error.
func (d Disk) Exec(ctx context.Context, name string) error {
	u := d.Find(name)
	if u.Load != Loaded {
		return failure.Unit(u.Name, u.Load, u.Err)
	}
	env, err := d.environment(u.Service, os.Environ())
	if err != nil {
		return failure.Unit(u.Name, Bad, err)
	}
	if len(u.Service.ExecStart) != 1 {
		return failure.Unit(u.Name, Bad, fmt.Errorf("it needs one ExecStart command and has %d", len(u.Service.ExecStart)))
	}
	if u.Service.WorkingDirectory != "" {
		if err := os.Chdir(u.Service.WorkingDirectory); err != nil {
			return failure.Unit(u.Name, Bad, err)
		}
	}
	environ := pairs(env)
	for _, command := range u.Service.ExecStartPre {
		words, err := commandLine(command, env)
		if err != nil {
			return failure.Unit(u.Name, Bad, err)
		}
		cmd := exec.CommandContext(ctx, words[0], words[1:]...)
		cmd.Env, cmd.Stdout, cmd.Stderr = environ, os.Stdout, os.Stderr
		if err := cmd.Run(); err != nil && !command.MayFail {
			return failure.Unit(u.Name, Bad, fmt.Errorf("%s: %w", words[0], err))
		}
	}
	words, err := commandLine(u.Service.ExecStart[0], env)
	if err != nil {
		return failure.Unit(u.Name, Bad, err)
	}
	program, err := exec.LookPath(words[0])
	if err == nil {
		err = syscall.Exec(program, words, environ)
	}
	return failure.Unit(u.Name, Bad, err)
}

// commandLine returns a command with its variables expanded. It fails if nothing is left.
func commandLine(command Command, env map[string]string) ([]string, error) {
	words := expand(command.Words, env)
	if len(words) == 0 {
		return nil, fmt.Errorf("%q has no program: its variables are empty", strings.Join(command.Words, " "))
	}
	return words, nil
}

func pairs(env map[string]string) []string {
	var pairs []string
	for _, name := range slices.Sorted(maps.Keys(env)) {
		pairs = append(pairs, name+"="+env[name])
	}
	return pairs
}

// Ending is how a service's program ended: an exit code, or the signal that killed it.
type Ending struct {
	Code   int
	Signal syscall.Signal // 0: none
}

// Clean reports whether systemd treats the ending as a success (systemd.service(5), Restart=).
func (e Ending) Clean() bool {
	if e.Signal == 0 {
		return e.Code == 0
	}
	return slices.Contains([]syscall.Signal{syscall.SIGHUP, syscall.SIGINT, syscall.SIGTERM, syscall.SIGPIPE}, e.Signal)
}

// Restarts reports whether Restart= asks for a restart after this ending.
func (s Service) Restarts(e Ending) bool {
	switch s.Restart {
	case "always":
		return true
	case "on-failure":
		return !e.Clean()
	case "on-success":
		return e.Clean()
	case "on-abnormal", "on-abort":
		return e.Signal != 0 && !e.Clean()
	}
	return false
}
