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

// Folders of the inner Docker's certificates and of its clients' settings. What a client needs is named as DOCKER_CERT_PATH and
// DOCKER_CONFIG want it; a session puts it into the containers on its network.
const (
	dockerServerDir = "/etc/istio-ci/docker"
	dockerClientDir = "/etc/istio-ci/docker-client"
	// dockerSettingsDir has a file where there is a proxy.
	dockerSettingsDir = "/etc/istio-ci/docker-settings"
)

// dockerDaemon: inner containers ask our DNS, because dockerd would replace the outer 127.0.0.11 by a public server.
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
		settings["tls"] = false // said in so many words: dockerd would wait for a second thought otherwise
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

// plainMirrors are the hosts of mirrors without TLS. dockerd with the containerd image store forgets the scheme of a mirror and speaks HTTP
// only to an insecure registry (moby's mergeLegacyConfig); to any other mirror it would turn its back without a word.
func plainMirrors(mirrors []string) []string {
	var hosts []string
	for _, mirror := range mirrors {
		if at, err := url.Parse(mirror); err == nil && at.Scheme == "http" {
			hosts = append(hosts, at.Host)
		}
	}
	return hosts
}

// dockerClient is what docker, here and in the session's other containers, tells every container and build of the proxies; the daemon gets them as its environment.
func dockerClient(proxy config.Proxy) (string, error) {
	settings := map[string]string{}
	for name, value := range map[string]string{"httpProxy": proxy.HTTP, "httpsProxy": proxy.HTTPS, "noProxy": proxy.No} {
		if value != "" {
			settings[name] = value
		}
	}
	return encode(map[string]any{"proxies": map[string]any{"default": settings}})
}

// writeDockerCertificates makes an authority for the inner Docker alone: no certificate of the cluster opens it, and none of its opens the
// cluster.
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
