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

// defaultMTU is what a bridge has when nobody says otherwise.
const defaultMTU = 1500

// nodeFiles are the settings that depend on this container; all else is static in the image. Path to content. What the node's CoreDNS
// answers is the bootstrapper's.
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

// writeNodeFiles writes them, with the Corefile that corefile makes for the outer network's name servers.
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

// podNetwork gives each pod a routed link of its own (kind does the same): traffic between pods of one node passes netfilter without
// br_netfilter, which a bridge would need. Masquerading is one rule for all, made at boot.
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

// nodePodCIDR is the node's part of the pods' network; DNSAddress is outside of it.
const nodePodCIDR = "10.244.0.0/24"

// corefile: names of the cluster first, everything else to the outer network's servers, as the container itself would.
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

// outerCorefile is for a cluster whose DNS is a pod: that one asks here for all that is not the cluster's, and inner containers ask here
// for both.
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

// registryHosts are containerd's files for mirrors of docker.io and for registries without a trusted certificate; dockerd has its own
// settings for both. A network (CIDR) can only be told to dockerd.
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
