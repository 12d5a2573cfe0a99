// Package status reads and writes the state of the boot: /run/istio-ci/status.json.
package status

import (
	"encoding/json"
	"fmt"
	"os"
	"syscall"
	"time"

	"istio-ci/node/internal/failure"
	"istio-ci/node/internal/system"
)

// Path is the status file of this container.
const Path = "/run/istio-ci/status.json"

// State of a phase.
type State string

const (
	Pending State = "pending"
	Running State = "running"
	Done    State = "done"
	Failed  State = "failed"
)

// Phase is a part of the cluster that comes up. Times are milliseconds since the container started.
type Phase struct {
	Name       string `json:"name"`
	State      State  `json:"state"`
	StartedMs  *int64 `json:"startedMs"`
	FinishedMs *int64 `json:"finishedMs"`
	Detail     string `json:"detail"`
}

// Lease is how long the container may still run. EndsMs counts from the container's start.
type Lease struct {
	Seconds int64     `json:"seconds"`
	EndsMs  int64     `json:"endsMs"`
	EndsAt  time.Time `json:"endsAt"`
}

// Status is the contents of the file.
type Status struct {
	Bootstrapper string           `json:"bootstrapper"`
	Kubernetes   string           `json:"kubernetes"` // as the API server reports it; empty until ready
	Ready        bool             `json:"ready"`
	Phases       []Phase          `json:"phases"`
	Failed       *failure.Failure `json:"failed"`
	Lease        *Lease           `json:"lease"`
}

// New returns a status with all phases pending.
func New(bootstrapper string, phases []string) Status {
	s := Status{Bootstrapper: bootstrapper, Phases: []Phase{}}
	for _, name := range phases {
		s.Phases = append(s.Phases, Phase{Name: name, State: Pending})
	}
	return s
}

// Move sets the state of a phase. A phase that never ran starts when it ends. It panics if there is no phase
// of this name.
func (s *Status) Move(name string, to State, at time.Duration, detail string) {
	for i := range s.Phases {
		p := &s.Phases[i]
		if p.Name != name {
			continue
		}
		ms := at.Milliseconds()
		if p.StartedMs == nil {
			p.StartedMs = &ms
		}
		if to == Done || to == Failed {
			p.FinishedMs = &ms
		}
		p.State, p.Detail = to, detail
		return
	}
	panic(fmt.Sprintf("no phase is called %q", name))
}

// Unfinished returns every phase that is not done.
func (s Status) Unfinished() []Phase {
	var phases []Phase
	for _, p := range s.Phases {
		if p.State != Done {
			phases = append(phases, p)
		}
	}
	return phases
}

// Progress returns the state of a phase with what is known about it: `failed (connection refused)`.
func (p Phase) Progress() string {
	if p.Detail == "" {
		return string(p.State)
	}
	return string(p.State) + " (" + p.Detail + ")"
}

// Missing describes every phase that is not done.
func (s Status) Missing() []string {
	var missing []string
	for _, p := range s.Unfinished() {
		missing = append(missing, p.Name+" is "+p.Progress())
	}
	return missing
}

// Load reads the status at path.
func Load(path string) (Status, error) {
	var s Status
	content, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(content, &s)
	}
	if err != nil {
		return s, failure.NoStatus(err)
	}
	return s, nil
}

// Save replaces the status at path.
func Save(path string, s Status) error {
	content, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return err
	}
	return system.WriteFile(path, append(content, '\n'), 0o644)
}

// Update changes the status at path. The boot, the lease and `lease renew` all write it, so each holds a lock
// file meanwhile.
func Update(path string, change func(*Status) error) error {
	lock, err := os.OpenFile(path+".lock", os.O_CREATE|os.O_RDWR|syscall.O_CLOEXEC, 0o600)
	if err != nil {
		return failure.NoStatus(err)
	}
	defer lock.Close()
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		return err
	}
	s, err := Load(path)
	if err != nil {
		return err
	}
	if err := change(&s); err != nil {
		return err
	}
	return Save(path, s)
}
