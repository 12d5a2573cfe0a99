package bootstrap

import (
	"context"
	"os"

	"istio-ci/node/internal/failure"
)

const minikubeBinary = "/usr/local/bin/minikube"

// minikube is `minikube start --driver=none` through the systemctl shim.
var minikube = Bootstrapper{
	Phases: []string{Prepare},
	Check: func() error {
		if _, err := os.Stat(minikubeBinary); err != nil {
			return failure.NoMinikube(minikubeBinary)
		}
		return nil
	},
	Boot: func(context.Context, Machine) error { return failure.NoMinikube(minikubeBinary) },
}
