package failure

import (
	"fmt"
	"strings"
)

// Setting: the value of an environment variable cannot be used.
func Setting(name, value, expected string) *Failure {
	return &Failure{
		Code: "NODE_SETTING", Exit: ExitUsage,
		Message: fmt.Sprintf("%s=%q cannot be used.", name, value),
		Remedy:  fmt.Sprintf("Use %s.", expected),
	}
}

// Usage: the command line cannot be understood.
func Usage(message string) *Failure {
	return &Failure{
		Code: "NODE_USAGE", Exit: ExitUsage, Message: message,
		Remedy: "Run `istio-ci-node help` for the subcommands.",
	}
}

// NoMinikube: BOOTSTRAPPER=minikube in an image that was built without minikube.
func NoMinikube(path string) *Failure {
	return &Failure{
		Code: "NODE_NO_MINIKUBE", Exit: ExitUsage,
		Message: fmt.Sprintf("BOOTSTRAPPER=minikube needs minikube and crictl, and this image has no %s.", path),
		Remedy:  "Build one that has it with `istio-ci images build --minikube SOURCE --crictl SOURCE` (each a FILE or a URL#sha256=HEX), or leave BOOTSTRAPPER at native.",
	}
}

// Prepare: a step of the container's preparation failed.
func Prepare(step string, cause error) *Failure {
	return &Failure{
		Code: "NODE_PREPARE", Exit: ExitCluster, Cause: cause,
		Message: fmt.Sprintf("The container could not be prepared: %s failed: %v.", step, cause),
		Remedy:  "Start it with --privileged, or with the arguments that `istio-ci docker-run-args` prints.",
	}
}

// NotReady: the cluster is not ready, at the end of a wait or in a health check.
func NotReady(missing []string, log []string) *Failure {
	return &Failure{
		Code: "NODE_NOT_READY", Exit: ExitCluster, Log: log,
		Message: fmt.Sprintf("The cluster is not ready: %s.", strings.Join(missing, "; ")),
		Remedy:  "Wait longer, or read the logs of what is missing (`istio-ci-node evidence` collects them).",
	}
}

// PhaseTimeout: a phase of the boot was not done within its limit.
func PhaseTimeout(phase, seconds string, cause error, log []string) *Failure {
	return &Failure{
		Code: "NODE_PHASE_TIMEOUT", Exit: ExitCluster, Cause: cause, Log: log,
		Message: fmt.Sprintf("The phase %q was not done after %s: %v.", phase, seconds, cause),
		Remedy:  "Read the log lines with this error; on a slow machine set ISTIO_CI_TIME_FACTOR=4 or more.",
	}
}

// PhaseFailed: a step of the boot ended with an error.
func PhaseFailed(phase string, cause error, log []string) *Failure {
	return &Failure{
		Code: "NODE_PHASE_FAILED", Exit: ExitCluster, Cause: cause, Log: log,
		Message: fmt.Sprintf("The phase %q failed: %v.", phase, cause),
		Remedy:  "Read the log lines with this error, or run `istio-ci-node doctor` in the container.",
	}
}

// NoStatus: no boot has started in this container.
func NoStatus(cause error) *Failure {
	return &Failure{
		Code: "NODE_NO_STATUS", Exit: ExitCluster, Cause: cause,
		Message: fmt.Sprintf("There is no boot status in this container: %v.", cause),
		Remedy:  "Start the image with its own entry point.",
	}
}

// NoLease: a renewal in a container that was started without a lease.
func NoLease() *Failure {
	return &Failure{
		Code: "NODE_NO_LEASE", Exit: ExitUsage, Message: "This container has no lease.",
		Remedy: "Start it with LEASE_SECONDS set to the seconds it may live without a renewal.",
	}
}

// Unit: a service unit cannot be run.
func Unit(name, load string, cause error) *Failure {
	return &Failure{
		Code: "NODE_UNIT", Exit: ExitCluster, Cause: cause,
		Message: fmt.Sprintf("The unit %s cannot be run (%s): %v.", name, load, cause),
		Remedy:  "See the unit file and its drop-ins with `systemctl cat`; docs/by-hand.md lists what this systemctl supports.",
	}
}
