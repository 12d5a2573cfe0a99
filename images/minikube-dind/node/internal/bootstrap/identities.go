package bootstrap

import (
	"context"
	"net"
	"path/filepath"
	"time"

	"istio-ci/node/internal/config"
	"istio-ci/node/internal/kube"
	"istio-ci/node/internal/pki"
	"istio-ci/node/internal/ready"
	"istio-ci/node/internal/system"
)

// Folders of the cluster's identities.
const (
	kubernetesDir = "/etc/kubernetes"
	pkiDir        = kubernetesDir + "/pki"
	// AdminKubeconfig is the administrator's kubeconfig before it appears at KubeconfigPath.
	AdminKubeconfig = kubernetesDir + "/admin.conf"
	// controllers is the name of the service and of its certificate.
	controllers     = "controllers"
	controllersUser = "istio-ci:node-controllers"
)

// client is an identity and the name of its kubeconfig.
type client struct {
	file, user string
	groups     []string
}

// kubeconfigs returns the identities of the programs. Each is the user or group that Kubernetes' default
// roles are bound to, so no program can do more than its work.
func kubeconfigs(node string) []client {
	return []client{
		{file: "admin", user: "kubernetes-admin", groups: []string{"system:masters"}},
		{file: "controller-manager", user: "system:kube-controller-manager"},
		{file: "scheduler", user: "system:kube-scheduler"},
		{file: "kube-proxy", user: "system:kube-proxy"},
		{file: "kubelet", user: "system:node:" + node, groups: []string{"system:nodes"}},
		{file: "coredns", user: "system:coredns"},
	}
}

// writeIdentities makes a new authority and everything that it signs, and the administrator's client.
func writeIdentities(_ context.Context, c *cluster) error {
	now := time.Now()
	ca, err := pki.NewAuthority("kubernetes", now)
	if err != nil {
		return err
	}
	front, err := pki.NewAuthority("front-proxy", now)
	if err != nil {
		return err
	}
	if err := writeServing(c.Machine, ca); err != nil {
		return err
	}
	if err := writePairs(ca, front); err != nil {
		return err
	}
	var admin pki.Pair
	for _, k := range kubeconfigs(c.Name) {
		pair, err := ca.Client(k.user, k.groups...)
		if err != nil {
			return err
		}
		content := pki.Kubeconfig(kube.Server, ca.Cert, k.user, pair)
		if k.file == "admin" {
			admin, c.kubeconfig = pair, content
		}
		if err := system.WriteFile(filepath.Join(kubernetesDir, k.file+".conf"), content, 0o600); err != nil {
			return err
		}
	}
	if err := writePair("admin", admin); err != nil {
		return err
	}
	c.admin, err = kube.NewClient(ca.Cert, admin, c.Config.Limit(ready.Attempt))
	return err
}

// writePairs writes the authorities, the identities that the API server uses as a client, and that of the
// node's controllers.
func writePairs(ca, front *pki.Authority) error {
	controllersClient, err := ca.Client(controllersUser)
	if err != nil {
		return err
	}
	kubeletClient, err := ca.Client("kube-apiserver-kubelet-client")
	if err != nil {
		return err
	}
	frontClient, err := front.Client("front-proxy-client")
	if err != nil {
		return err
	}
	private, public, err := pki.SigningKey()
	if err != nil {
		return err
	}
	for name, pair := range map[string]pki.Pair{
		"ca": ca.Pair, "front-proxy-ca": front.Pair,
		"apiserver-kubelet-client": kubeletClient, "front-proxy-client": frontClient,
		controllers: controllersClient,
	} {
		if err := writePair(name, pair); err != nil {
			return err
		}
	}
	if err := system.WriteFile(filepath.Join(pkiDir, "sa.pub"), public, 0o644); err != nil {
		return err
	}
	return system.WriteFile(filepath.Join(pkiDir, "sa.key"), private, 0o600)
}

// writeServing writes the serving certificates of the API server, the kubelet and the other programs. A
// program without one would generate an RSA key at its start.
func writeServing(m Machine, ca *pki.Authority) error {
	loopback := pki.Names{DNS: []string{"localhost"}, IPs: []net.IP{net.IPv4(127, 0, 0, 1)}}
	node := pki.Names{DNS: []string{m.Name, "localhost"}, IPs: append(loopback.IPs, m.Node.Addresses...)}
	for name, names := range map[string]pki.Names{
		"apiserver": pki.APIServerNames(m.Name, m.Node.Addresses, net.ParseIP(config.APIService), m.Config.CertSANs),
		"kubelet":   node,
		"component": loopback,
	} {
		pair, err := ca.Server(name, names)
		if err != nil {
			return err
		}
		if err := writePair(name, pair); err != nil {
			return err
		}
	}
	return nil
}

func writePair(name string, pair pki.Pair) error {
	if err := system.WriteFile(filepath.Join(pkiDir, name+".crt"), pair.Cert, 0o644); err != nil {
		return err
	}
	return system.WriteFile(filepath.Join(pkiDir, name+".key"), pair.Key, 0o600)
}
