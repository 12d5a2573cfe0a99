package bootstrap

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"path/filepath"
	"slices"
	"time"

	"istio-ci/node/internal/config"
	"istio-ci/node/internal/pki"
	"istio-ci/node/internal/system"
)

// Folders of the inner Docker's certificates and of its clients' settings. The clients' files have the names
// that DOCKER_CERT_PATH and DOCKER_CONFIG require; a session copies them into the containers on its network.
const (
	dockerServerDir = "/etc/istio-ci/docker"
	dockerClientDir = "/etc/istio-ci/docker-client"
	// dockerSettingsDir holds a file if there is a proxy.
	dockerSettingsDir = "/etc/istio-ci/docker-settings"
)

// dockerDaemon returns the contents of daemon.json. Inner containers use the node's DNS, because dockerd
// would replace the outer 127.0.0.11 with a public server.
func dockerDaemon(m Machine) (string, error) {
	settings := map[string]any{
		"features":              map[string]bool{"containerd-snapshotter": true},
		"dns":                   []string{config.DNSAddress},
		"default-address-pools": []map[string]any{{"base": config.DockerCIDR, "size": 24}},
		"log-opts":              map[string]string{"max-size": "8m", "max-file": "2"},
	}
	socket := "unix:///run/docker.sock"
	if m.Config.DockerTLS {
		settings["hosts"] = []string{socket, "tcp://0.0.0.0:2376"}
		settings["tlsverify"] = true
		settings["tlscacert"] = filepath.Join(dockerServerDir, "ca.pem")
		settings["tlscert"] = filepath.Join(dockerServerDir, "cert.pem")
		settings["tlskey"] = filepath.Join(dockerServerDir, "key.pem")
	} else {
		settings["hosts"] = []string{socket, "tcp://0.0.0.0:2375"}
		settings["tls"] = false // explicit: otherwise dockerd delays its start to warn about it
	}
	if m.Config.RegistryMirrors != nil {
		settings["registry-mirrors"] = m.Config.RegistryMirrors
	}
	if insecure := append(slices.Clone(m.Config.InsecureRegistries), plainMirrors(m.Config.RegistryMirrors)...); insecure != nil {
		settings["insecure-registries"] = insecure
	}
	if m.Node.MTU != defaultMTU {
		settings["mtu"] = m.Node.MTU
		settings["default-network-opts"] = map[string]any{
			"bridge": map[string]string{"com.docker.network.driver.mtu": fmt.Sprint(m.Node.MTU)},
		}
	}
	return encode(settings)
}

// plainMirrors returns the hosts of mirrors without TLS. With the containerd image store, dockerd drops the
// scheme of a mirror and speaks HTTP only to insecure registries (moby's mergeLegacyConfig). It would
// silently skip any other plain mirror.
func plainMirrors(mirrors []string) []string {
	var hosts []string
	for _, mirror := range mirrors {
		if at, err := url.Parse(mirror); err == nil && at.Scheme == "http" {
			hosts = append(hosts, at.Host)
		}
	}
	return hosts
}

// dockerClient returns Docker's client settings, here and in the session's other containers: they pass the
// proxies to every container and build. The daemon itself gets the proxies from its environment.
func dockerClient(proxy config.Proxy) (string, error) {
	settings := map[string]string{}
	for name, value := range map[string]string{"httpProxy": proxy.HTTP, "httpsProxy": proxy.HTTPS, "noProxy": proxy.No} {
		if value != "" {
			settings[name] = value
		}
	}
	return encode(map[string]any{"proxies": map[string]any{"default": settings}})
}

// writeDockerCertificates makes a separate authority for the inner Docker: no certificate of the cluster is
// valid there, and none of its certificates is valid in the cluster.
func writeDockerCertificates(_ context.Context, c *cluster) error {
	if !c.Config.DockerTLS {
		return nil
	}
	ca, err := pki.NewAuthority("docker-ca", time.Now())
	if err != nil {
		return err
	}
	server, err := ca.Server("docker", pki.APIServerNames(c.Name, c.Node.Addresses, net.ParseIP(config.APIService), c.Config.CertSANs))
	if err != nil {
		return err
	}
	client, err := ca.Client("docker-client")
	if err != nil {
		return err
	}
	for folder, pair := range map[string]pki.Pair{dockerServerDir: server, dockerClientDir: client} {
		for name, content := range map[string][]byte{"ca.pem": ca.Cert, "cert.pem": pair.Cert, "key.pem": pair.Key} {
			if err := system.WriteFile(filepath.Join(folder, name), content, 0o600); err != nil {
				return err
			}
		}
	}
	return nil
}
