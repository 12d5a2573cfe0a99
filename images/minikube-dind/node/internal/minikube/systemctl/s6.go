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

// S6 runs units as services of s6. A unit `X.service` of a file is the service `X.service`; the image's own services have no suffix.
type S6 struct{ Disk unit.Disk }

// readiness is what makes a unit of the image ready: systemd waits for it as well, both are of Type=notify.
var readiness = map[string]ready.Check{
	"containerd.service": ready.ContainerdListens,
	"docker.service":     ready.DockerAnswers(ready.Attempt),
}

// Own: containerd and docker run as the image has set them up, whatever their packages' unit files say; any other service of the image
// counts as long as there is no unit file of its name.
func (s S6) Own(name string) bool {
	if _, ours := readiness[name]; ours {
		return true
	}
	short, isService := strings.CutSuffix(name, ".service")
	return isService && service.Exists(short) && s.Disk.Find(name).Load == unit.NotFound
}

func (s S6) directory(name string) string {
	if s.Own(name) {
		return strings.TrimSuffix(name, ".service")
	}
	return name
}

// Look asks s6.
func (s S6) Look(ctx context.Context, name string) (Process, error) {
	state, err := service.Look(ctx, s.directory(name))
	if err != nil {
		return Process{}, err
	}
	_, noFailure := os.Stat(failureOf(name))
	return Process{
		Up: state.Up, Restarting: !state.Up && state.WantedUp, Failed: state.Supervised && !state.WantedUp && noFailure == nil, PID: state.PID,
	}, nil
}

// Start defines the service anew from the unit, so that s6 runs what is on disk now.
func (s S6) Start(ctx context.Context, name string) error {
	directory := s.directory(name)
	if directory == name {
		run := fmt.Sprintf("#!/bin/sh\nexec istio-ci-node unit run %s >>%s 2>&1\n", name, LogOf(name))
		finish := fmt.Sprintf("#!/bin/sh\nexec istio-ci-node unit ended %s \"$1\" \"$2\" >>%s 2>&1\n", name, LogOf(name))
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

// Stop asks s6.
func (s S6) Stop(ctx context.Context, name string) error { return service.Stop(ctx, s.directory(name)) }

// Forget drops the record of a failure.
func (S6) Forget(name string) error {
	if err := os.Remove(failureOf(name)); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// LogOf is where the output of a unit goes.
func LogOf(name string) string {
	return "/var/log/" + strings.TrimSuffix(unit.FullName(name), ".service") + ".log"
}

func failureOf(name string) string { return filepath.Join("/run/istio-ci/failed-units", name) }

// endedForGood is the exit code that tells s6 not to start a service again.
const endedForGood = 125

// Ended decides, when the program of a unit has ended, whether s6 starts it again: it returns the exit code for s6's `finish`.
func (s S6) Ended(ctx context.Context, name string, ending unit.Ending) (int, error) {
	state, err := service.Look(ctx, name)
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
		err = system.WriteFile(failureOf(name), nil, 0o644)
	}
	return endedForGood, err
}
