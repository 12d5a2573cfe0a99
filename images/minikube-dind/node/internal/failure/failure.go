// Package failure holds the node's only error type and the texts of all errors.
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

// Failure is an error for people: a stable code, one sentence, a remedy, and the log lines that explain it.
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

// From returns err as a Failure; any other error becomes NODE_UNEXPECTED.
func From(err error) *Failure {
	if known, ok := errors.AsType[*Failure](err); ok {
		return known
	}
	return &Failure{
		Code: "NODE_UNEXPECTED", Message: err.Error() + ".", Exit: ExitCluster,
		Remedy: "Read the logs in /var/log, or collect them with `istio-ci-node evidence`.",
	}
}
