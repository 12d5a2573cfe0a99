package bootstrap

import (
	"os"
	"path/filepath"

	"istio-ci/node/internal/config"
	"istio-ci/node/internal/kube"
	"istio-ci/node/internal/pki"
	"istio-ci/node/internal/ready"
)

// ControllersClient connects to the API server with the identity of the node's controllers.
func ControllersClient() (*kube.Client, error) {
	c, err := config.Read(os.Getenv)
	if err != nil {
		return nil, err
	}
	return readClient(controllers, c)
}

// readClient makes the client of an identity that the boot has written.
func readClient(name string, c config.Config) (*kube.Client, error) {
	var parts [3][]byte
	for i, file := range []string{"ca.crt", name + ".crt", name + ".key"} {
		content, err := os.ReadFile(filepath.Join(pkiDir, file))
		if err != nil {
			return nil, err
		}
		parts[i] = content
	}
	return kube.NewClient(parts[0], pki.Pair{Cert: parts[1], Key: parts[2]}, c.Limit(ready.Attempt))
}
