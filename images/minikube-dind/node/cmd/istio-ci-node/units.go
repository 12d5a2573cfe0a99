package main

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"syscall"

	"istio-ci/node/internal/failure"
	"istio-ci/node/internal/minikube/systemctl"
	"istio-ci/node/internal/minikube/unit"
)

// otherNames are the other names of this program (links in /usr/local/bin). Each function returns the exit
// code.
var otherNames = map[string]func(context.Context, []string) int{"systemctl": runSystemctl, "journalctl": runJournalctl}

var disk = unit.Disk{Root: "/"}

func runSystemctl(ctx context.Context, arguments []string) int {
	m := systemctl.Manager{Disk: disk, Supervisor: systemctl.S6{Disk: disk}, Out: os.Stdout, Err: os.Stderr}
	return m.Run(ctx, arguments)
}

func runJournalctl(ctx context.Context, arguments []string) int {
	return systemctl.Journal(ctx, arguments, systemctl.LogPath, os.Stdout, os.Stderr)
}

// unitCommand is what s6 runs for a unit: `run` is its program, `ended` decides what follows its end.
func unitCommand(ctx context.Context, arguments []string) error {
	switch {
	case len(arguments) == 2 && arguments[0] == "run":
		return disk.Exec(ctx, arguments[1])
	case len(arguments) == 4 && arguments[0] == "ended":
		ending, err := parseEnding(arguments[2], arguments[3])
		if err != nil {
			return err
		}
		code, err := systemctl.S6{Disk: disk}.Ended(ctx, arguments[1], ending)
		if err == nil && code != 0 {
			os.Exit(code)
		}
		return err
	}
	return failure.Usage("Use `unit run NAME` or `unit ended NAME CODE SIGNAL`.")
}

// parseEnding reads the arguments that s6-supervise gives a `finish` script: the exit code, 256 after a
// signal, and the signal's number.
func parseEnding(code, signal string) (unit.Ending, error) {
	exit, err := strconv.Atoi(code)
	if err != nil {
		return unit.Ending{}, failure.Usage(fmt.Sprintf("%q is not an exit code.", code))
	}
	if exit < 256 {
		return unit.Ending{Code: exit}, nil
	}
	number, err := strconv.Atoi(signal)
	if err != nil {
		return unit.Ending{}, failure.Usage(fmt.Sprintf("%q is not a signal.", signal))
	}
	return unit.Ending{Signal: syscall.Signal(number)}, nil
}
