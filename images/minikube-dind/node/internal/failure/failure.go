// Package failure holds the one error type of the node and all its texts.
package failure

import (
	"errors"
	"fmt"
)

// Exit codes, the same as in the rest of the project.
const (
	ExitUsage   = 2
	ExitCluster = 8
)

// Failure is what a person can meet: a stable code, one sentence, what to do, and the log lines that explain it.
type Failure struct {
	Code    string   `json:"code"`
	Message string   `json:"message"`
	Remedy  string   `json:"remedy"`
	Log     []string `json:"log"`
	Exit    int      `json:"-"`
	Cause   error    `json:"-"`
}

func (f *Failure) Error() string {
	return fmt.Sprintf("%s: %s %s", f.Code, f.Message, f.Remedy)
}

func (f *Failure) Unwrap() error { return f.Cause }

// Of returns err as a Failure; an error that nobody foresaw becomes NODE_UNEXPECTED.
func Of(err error) *Failure {
	if known, ok := errors.AsType[*Failure](err); ok {
		return known
	}
	return &Failure{
		Code: "NODE_UNEXPECTED", Message: err.Error() + ".", Exit: ExitCluster,
		Remedy: "Look at the logs in /var/log, or take `istio-ci-node evidence`.",
	}
}
