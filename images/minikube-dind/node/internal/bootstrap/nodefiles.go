package bootstrap

import (
	"context"
	"encoding/json"
	"fmt"
	"net/netip"
	"net/url"
	"path/filepath"
	"strings"

	"istio-ci/node/internal/config"
	"istio-ci/node/internal/network"
	"istio-ci/node/internal/system"
)

// defaultMTU is the MTU of a bridge without a setting.
const defaultMTU = 1500

// nodeFiles returns the settings that depend on this container, by path; all others are static in the image.
// Each bootstrapper has its own Corefile.
func nodeFiles(m Machine, corefile string) (map[string]string, error) {
	daemon, err := dockerDaemon(m)
	if err != nil {
		return nil, err
	}
	cni, err := podNetwork(m.Node.MTU)
	if err != nil {
		return nil, err
	}
	files := map[string]string{
		"/etc/docker/daemon.json":         daemon,
		"/etc/cni/net.d/10-pods.conflist": cni,
		"/etc/coredns/Corefile":           corefile,
		"/etc/kubernetes/resolv.conf":     network.PodResolvConf(m.ResolvConf, config.DNSAddress),
		"/run/istio-ci/node.env":          fmt.Sprintf("NODE_NAME=%s\nNODE_IP=%s\n", m.Name, m.Node.IP),
	}
	if len(m.Config.Proxy.Variables()) > 0 {
		client, err := dockerClient(m.Config.Proxy)
		if err != nil {
			return nil, err
		}
		files["/root/.docker/config.json"], files[filepath.Join(dockerSettingsDir, "config.json")] = client, client
	}
	for path, content := range registryHosts(m.Config) {
		files[path] = content
	}
	return files, nil
}

// writeNodeFiles writes the node's files, with the Corefile that corefile returns for the outer network's
// name servers.
func writeNodeFiles(corefile func(servers []string) string) step {
	return func(_ context.Context, c *cluster) error {
		files, err := nodeFiles(c.Machine, corefile(network.Nameservers(c.ResolvConf)))
		if err != nil {
			return err
		}
		for path, content := range files {
			if err := system.WriteFile(path, []byte(content), 0o644); err != nil {
				return err
			}
		}
		return nil
	}
}

// podNetwork gives each pod its own routed link, as kind does. Traffic between pods then passes netfilter
// without br_netfilter, which a bridge would need. One rule, made at boot, masquerades all pods.
func podNetwork(mtu int) (string, error) {
	ptp := map[string]any{
		"type": "ptp", "mtu": mtu,
		"ipam": map[string]any{
			"type": "host-local", "dataDir": "/run/cni-ipam-state",
			"ranges": [][]map[string]string{{{"subnet": nodePodCIDR}}},
			"routes": []map[string]string{{"dst": "0.0.0.0/0"}},
		},
	}
	portmap := map[string]any{"type": "portmap", "capabilities": map[string]bool{"portMappings": true}}
	return encode(map[string]any{"cniVersion": "1.0.0", "name": "pods", "plugins": []any{ptp, portmap}})
}

// nodePodCIDR is the node's part of the pod network; DNSAddress lies outside of it.
const nodePodCIDR = "10.244.0.0/24"

// corefile serves the names of the cluster, and forwards everything else to the outer network's servers,
// which the container itself uses.
func corefile(servers []string) string {
	forward := ""
	if len(servers) > 0 {
		forward = "\n  forward . " + strings.Join(servers, " ")
	}
	return fmt.Sprintf(`.:53 {
  bind %s
  errors
  health 127.0.0.1:8081
  ready 127.0.0.1:8181
  kubernetes %s in-addr.arpa ip6.arpa {
    kubeconfig %s/coredns.conf
    pods insecure
    fallthrough in-addr.arpa ip6.arpa
  }%s
  cache 30
  loadbalance
}
`, config.DNSAddress, config.ClusterDomain, kubernetesDir, forward)
}

// outerCorefile is for a cluster whose DNS runs in a pod. That pod forwards names outside the cluster to the
// node's CoreDNS; inner containers ask the node's CoreDNS for everything.
func outerCorefile(servers []string) string {
	block := func(zone, servers string) string {
		return fmt.Sprintf("%s:53 {\n  bind %s\n  errors\n  forward . %s\n  cache 30\n}\n", zone, config.DNSAddress, servers)
	}
	text := block(config.ClusterDomain, config.DNSService)
	if len(servers) > 0 {
		text += block(".", strings.Join(servers, " "))
	}
	return text
}

// registryHosts returns containerd's files for mirrors of docker.io and for registries without a trusted
// certificate. dockerd has its own settings for both. Networks (CIDR) work only in dockerd.
func registryHosts(c config.Config) map[string]string {
	const folder = "/etc/containerd/certs.d"
	files := map[string]string{}
	if len(c.RegistryMirrors) > 0 {
		var text strings.Builder
		for _, mirror := range c.RegistryMirrors {
			fmt.Fprintf(&text, "[host.%q]\n  capabilities = [\"pull\", \"resolve\"]\n", strings.TrimSuffix(mirror, "/"))
		}
		files[filepath.Join(folder, "docker.io", "hosts.toml")] = text.String()
	}
	for _, registry := range c.InsecureRegistries {
		if _, err := netip.ParsePrefix(registry); err == nil {
			continue
		}
		https := url.URL{Scheme: "https", Host: registry}
		http := url.URL{Scheme: "http", Host: registry}
		files[filepath.Join(folder, registry, "hosts.toml")] = fmt.Sprintf(
			"server = %q\n[host.%q]\n  skip_verify = true\n[host.%q]\n", &https, &https, &http)
	}
	return files
}

func encode(value any) (string, error) {
	content, err := json.MarshalIndent(value, "", "  ")
	return string(content) + "\n", err
}
