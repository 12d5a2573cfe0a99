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

// State is what s6 reports about a service's process.
type State struct {
	Supervised bool
	Up         bool
	// WantedUp is false for a service that was stopped or that will not be restarted.
	WantedUp bool
	PID      int
}

// Inspect returns the state of a service. One without a directory is not supervised.
func Inspect(ctx context.Context, name string) (State, error) {
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
		return State{}, fmt.Errorf("s6-svstat printed %q", out)
	}
	pid, err := strconv.Atoi(fields[2])
	return State{Supervised: true, Up: fields[0] == "true", WantedUp: fields[1] == "true", PID: max(pid, 0)}, err
}

// Exists reports whether s6 has a service of this name, from the image or from Define.
func Exists(name string) bool {
	_, err := os.Stat(filepath.Join(Directory, name))
	return err == nil
}

// killAfter is how many milliseconds a process may take to end before it is killed: less than Stop waits for
// it. systemd's default is 90 s (DefaultTimeoutStopSec, systemd-system.conf(5)).
const killAfter = "80000\n"

// Define adds a service with the scripts run and finish to s6. It is not started.
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

// Start starts a service and returns when its process exists.
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
