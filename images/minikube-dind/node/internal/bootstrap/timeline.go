package bootstrap

import (
	"fmt"
	"io"
	"time"

	"istio-ci/node/internal/failure"
	"istio-ci/node/internal/status"
	"istio-ci/node/internal/system"
)

// Timeline records the progress of phases in the status file, and in a log for people.
type Timeline struct {
	Path string
	Log  io.Writer
}

// Printf writes one line with the seconds since the container started.
func (t Timeline) Printf(format string, values ...any) {
	at, err := system.SinceStart()
	if err != nil {
		at = 0
	}
	fmt.Fprintf(t.Log, "%7.2fs %s\n", at.Seconds(), fmt.Sprintf(format, values...))
}

// Move sets the state of a phase, with the current time.
func (t Timeline) Move(phase string, to status.State, detail string) error {
	at, err := system.SinceStart()
	if err != nil {
		return err
	}
	if to == status.Done || to == status.Failed {
		t.Printf("%s %s%s", phase, to, inBrackets(detail))
	}
	return status.Update(t.Path, func(s *status.Status) error {
		s.Move(phase, to, at.Round(time.Millisecond), detail)
		return nil
	})
}

func inBrackets(text string) string {
	if text == "" {
		return ""
	}
	return " (" + text + ")"
}

// Fail records the error that ended the boot, and the phase in which it happened.
func (t Timeline) Fail(phase string, err error) error {
	at, clock := system.SinceStart()
	if clock != nil {
		return clock
	}
	return status.Update(t.Path, func(s *status.Status) error {
		s.Failed = failure.From(err)
		if s.Failed.Log == nil {
			s.Failed.Log = []string{}
		}
		if phase != "" {
			s.Move(phase, status.Failed, at, s.Failed.Message)
		}
		return nil
	})
}
