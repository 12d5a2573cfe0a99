package failure

import (
	"fmt"
	"strings"
)

// Setting is a variable of the environment whose value cannot be used.
func Setting(name, value, expected string) *Failure {
	return &Failure{
		Code: "NODE_SETTING", Exit: ExitUsage,
		Message: fmt.Sprintf("%s=%q cannot be used.", name, value),
		Remedy:  fmt.Sprintf("Give %s.", expected),
	}
}

// Usage is a command line that cannot be understood.
func Usage(message string) *Failure {
	return &Failure{
		Code: "NODE_USAGE", Exit: ExitUsage, Message: message,
		Remedy: "Run `istio-ci-node help` for the subcommands.",
	}
}

// NoMinikube is the minikube bootstrapper in an image that was built without minikube's binary.
func NoMinikube(path string) *Failure {
	return &Failure{
		Code: "NODE_NO_MINIKUBE", Exit: ExitUsage,
		Message: fmt.Sprintf("BOOTSTRAPPER=minikube needs minikube and crictl, and this image has no %s.", path),
		Remedy:  "Build one that has it with `istio-ci images build --minikube SOURCE --crictl SOURCE` (each a FILE or a URL#sha256=HEX), or leave BOOTSTRAPPER at native.",
	}
}

// Prepare is a step of the container's preparation that did not work.
func Prepare(step string, cause error) *Failure {
	return &Failure{
		Code: "NODE_PREPARE", Exit: ExitCluster, Cause: cause,
		Message: fmt.Sprintf("The container could not be prepared: %s failed: %v.", step, cause),
		Remedy:  "Start it with --privileged, or with the arguments that `istio-ci docker-run-args` prints.",
	}
}

// NotReady is a wait that ended before everything was true.
func NotReady(missing []string, log []string) *Failure {
	return &Failure{
		Code: "NODE_NOT_READY", Exit: ExitCluster, Log: log,
		Message: fmt.Sprintf("The cluster is not ready: %s.", strings.Join(missing, "; ")),
		Remedy:  "Wait longer, or take `istio-ci-node evidence` and read the logs of what is missing.",
	}
}

// PhaseTimeout is a phase of the boot that did not come true in its time.
func PhaseTimeout(phase, seconds string, cause error, log []string) *Failure {
	return &Failure{
		Code: "NODE_PHASE_TIMEOUT", Exit: ExitCluster, Cause: cause, Log: log,
		Message: fmt.Sprintf("The phase %q did not come true in %s: %v.", phase, seconds, cause),
		Remedy:  "Read the log lines with this error; on a slow machine set ISTIO_CI_TIME_FACTOR=4 or more.",
	}
}

// PhaseFailed is a step of the boot that ended with an error.
func PhaseFailed(phase string, cause error, log []string) *Failure {
	return &Failure{
		Code: "NODE_PHASE_FAILED", Exit: ExitCluster, Cause: cause, Log: log,
		Message: fmt.Sprintf("The phase %q failed: %v.", phase, cause),
		Remedy:  "Read the log lines with this error, or run `istio-ci-node doctor` in the container.",
	}
}

// NoStatus is a container in which no boot has begun.
func NoStatus(cause error) *Failure {
	return &Failure{
		Code: "NODE_NO_STATUS", Exit: ExitCluster, Cause: cause,
		Message: fmt.Sprintf("There is no boot status in this container: %v.", cause),
		Remedy:  "Start the image with its own entry point.",
	}
}

// NoLease is a renewal in a container that was started without a lease.
func NoLease() *Failure {
	return &Failure{
		Code: "NODE_NO_LEASE", Exit: ExitUsage, Message: "This container has no lease.",
		Remedy: "Start it with LEASE_SECONDS set to the seconds it may live without a renewal.",
	}
}

// Unit is a service unit that cannot be run.
func Unit(name, load string, cause error) *Failure {
	return &Failure{
		Code: "NODE_UNIT", Exit: ExitCluster, Cause: cause,
		Message: fmt.Sprintf("The unit %s cannot be run (%s): %v.", name, load, cause),
		Remedy:  "See the unit file and its drop-ins with `systemctl cat`; docs/by-hand.md tells what this systemctl supports.",
	}
}
