package prepare

import (
	"bytes"
	"crypto/x509"
	"errors"
	"os"

	"istio-ci/node/internal/system"
)

const systemBundle = "/etc/ssl/certs/ca-certificates.crt"

// trustExtraCA appends the user's bundle to the system's, which curl, git, dockerd and containerd read.
// update-ca-certificates would do the same but takes most of a second.
func trustExtraCA(path string) (string, error) {
	if path == "" {
		return "no extra CA", nil
	}
	extra, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	if !x509.NewCertPool().AppendCertsFromPEM(extra) {
		return "", errors.New(path + " holds no PEM certificate")
	}
	bundle, err := os.ReadFile(systemBundle)
	if err != nil {
		return "", err
	}
	if bytes.Contains(bundle, extra) {
		return "extra CA was already trusted", nil
	}
	bundle = append(append(bundle, '\n'), extra...)
	return "extra CA is trusted", system.WriteFile(systemBundle, bundle, 0o644)
}
