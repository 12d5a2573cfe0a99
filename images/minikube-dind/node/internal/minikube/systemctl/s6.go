package systemctl

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"istio-ci/node/internal/minikube/unit"
	"istio-ci/node/internal/ready"
	"istio-ci/node/internal/service"
	"istio-ci/node/internal/system"
)

// S6 runs units as services of s6. The unit `X.service` of a unit file is the service `X.service`; the
// image's own services have no suffix.
type S6 struct{ Disk unit.Disk }

// readiness is the check after which a unit of the image counts as started. systemd waits for it too: both
// are of Type=notify.
var readiness = map[string]ready.Check{
	"containerd.service": ready.ContainerdListens,
	"docker.service":     ready.DockerAnswers(ready.Attempt),
}

// BuiltIn is true for containerd and docker, which always run as the image sets them up, whatever the unit
// files of their packages say. It is true for any other service of the image if there is no unit file with
// its name.
func (s S6) BuiltIn(name string) bool {
	if _, ours := readiness[name]; ours {
		return true
	}
	short, isService := strings.CutSuffix(name, ".service")
	return isService && service.Exists(short) && s.Disk.Find(name).Load == unit.NotFound
}

func (s S6) directory(name string) string {
	if s.BuiltIn(name) {
		return strings.TrimSuffix(name, ".service")
	}
	return name
}

// Inspect returns the state of a unit from s6.
func (s S6) Inspect(ctx context.Context, name string) (Process, error) {
	state, err := service.Inspect(ctx, s.directory(name))
	if err != nil {
		return Process{}, err
	}
	_, noFailure := os.Stat(failureRecord(name))
	return Process{
		Up: state.Up, Restarting: !state.Up && state.WantedUp, Failed: state.Supervised && !state.WantedUp && noFailure == nil, PID: state.PID,
	}, nil
}

// Start defines the service again from its unit file, so that s6 runs what is on disk now.
func (s S6) Start(ctx context.Context, name string) error {
	directory := s.directory(name)
	if directory == name {
		run := fmt.Sprintf("#!/bin/sh\nexec istio-ci-node unit run %s >>%s 2>&1\n", name, LogPath(name))
		finish := fmt.Sprintf("#!/bin/sh\nexec istio-ci-node unit ended %s \"$1\" \"$2\" >>%s 2>&1\n", name, LogPath(name))
		if err := service.Define(ctx, name, run, finish); err != nil {
			return err
		}
	}
	if err := service.Start(ctx, directory); err != nil {
		return err
	}
	check, known := readiness[name]
	if !known {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, 90*time.Second)
	defer cancel()
	return ready.Await(ctx, 20*time.Millisecond, check)
}

// Stop stops a unit.
func (s S6) Stop(ctx context.Context, name string) error { return service.Stop(ctx, s.directory(name)) }

// Forget drops the record of a failure.
func (S6) Forget(name string) error {
	if err := os.Remove(failureRecord(name)); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// LogPath returns the log of a unit.
func LogPath(name string) string {
	return "/var/log/" + strings.TrimSuffix(unit.FullName(name), ".service") + ".log"
}

func failureRecord(name string) string { return filepath.Join("/run/istio-ci/failed-units", name) }

// endedForGood is the exit code that tells s6 not to restart a service.
const endedForGood = 125

// Ended decides whether s6 restarts a unit whose program has ended. It returns the exit code for s6's
// `finish`.
func (s S6) Ended(ctx context.Context, name string, ending unit.Ending) (int, error) {
	state, err := service.Inspect(ctx, name)
	if err != nil {
		return 0, err
	}
	if !state.WantedUp {
		return 0, nil // it was stopped
	}
	u := s.Disk.Find(name)
	if u.Load == unit.Loaded && u.Service.Restarts(ending) {
		time.Sleep(u.Service.RestartSec)
		return 0, nil
	}
	if !ending.Clean() {
		err = system.WriteFile(failureRecord(name), nil, 0o644)
	}
	return endedForGood, err
}
