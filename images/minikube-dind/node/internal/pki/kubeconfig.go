package pki

import (
	"encoding/base64"
	"fmt"
)

// Kubeconfig returns a kubeconfig with all certificates and keys embedded.
func Kubeconfig(server string, ca []byte, user string, identity Pair) []byte {
	b64 := base64.StdEncoding.EncodeToString
	return fmt.Appendf(nil, `apiVersion: v1
kind: Config
clusters:
- name: kubernetes
  cluster:
    certificate-authority-data: %s
    server: %s
contexts:
- name: %s@kubernetes
  context:
    cluster: kubernetes
    user: %s
current-context: %s@kubernetes
users:
- name: %s
  user:
    client-certificate-data: %s
    client-key-data: %s
`, b64(ca), server, user, user, user, user, b64(identity.Cert), b64(identity.Key))
}
