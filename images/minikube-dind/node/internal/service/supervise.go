package service

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"istio-ci/node/internal/system"
)

// State is what s6 knows of a service's process.
type State struct {
	Supervised bool
	Up         bool
	// WantedUp is false for a service that was stopped or that ended for good.
	WantedUp bool
	PID      int
}

// Look asks s6 for the state of a service; one without a directory is not supervised.
func Look(ctx context.Context, name string) (State, error) {
	directory := filepath.Join(Directory, name)
	if listening, err := listens(directory); !listening || err != nil {
		return State{}, err
	}
	out, err := system.Run(ctx, "s6-svstat", "-o", "up,wantedup,pid", directory)
	if err != nil {
		return State{}, err
	}
	return parseState(out)
}

func parseState(out string) (State, error) {
	fields := strings.Fields(out)
	if len(fields) != 3 {
		return State{}, fmt.Errorf("s6-svstat says %q", out)
	}
	pid, err := strconv.Atoi(fields[2])
	return State{Supervised: true, Up: fields[0] == "true", WantedUp: fields[1] == "true", PID: max(pid, 0)}, err
}

// Exists is true where s6 has a directory of that name, of the image's or one that Define made.
func Exists(name string) bool {
	_, err := os.Stat(filepath.Join(Directory, name))
	return err == nil
}

// killAfter is how long, in milliseconds, a process may take to end before it is killed: less than Stop waits for it, and systemd's own
// default is 90 s (DefaultTimeoutStopSec, systemd-system.conf(5)).
const killAfter = "80000\n"

// Define gives s6 a service that the image does not have: run and finish are its scripts. It is not started.
func Define(ctx context.Context, name, run, finish string) error {
	directory := filepath.Join(Directory, name)
	for file, content := range map[string]string{"down": "", "timeout-finish": "0\n", "timeout-kill": killAfter, "finish": finish, "run": run} {
		if err := system.WriteFile(filepath.Join(directory, file), []byte(content), 0o755); err != nil {
			return err
		}
	}
	_, err := system.Run(ctx, "s6-svscanctl", "-a", Directory)
	return err
}

// Start starts a service and returns when its process is there.
func Start(ctx context.Context, name string) error {
	directory := filepath.Join(Directory, name)
	if err := supervised(ctx, directory); err != nil {
		return err
	}
	_, err := system.Run(ctx, "s6-svc", "-u", "-wu", "-T", "10000", directory)
	return err
}

// Stop ends a service's process and returns when it has ended.
func Stop(ctx context.Context, name string) error {
	_, err := system.Run(ctx, "s6-svc", "-d", "-wD", "-T", "90000", filepath.Join(Directory, name))
	return err
}
