package bootstrap

import (
	"encoding/json"
	"net"
	"slices"
	"strings"
	"testing"

	"istio-ci/node/internal/config"
	"istio-ci/node/internal/network"
)

func machine(change func(*Machine)) Machine {
	m := Machine{
		Name: "n1", Config: config.Config{TimeFactor: 1}, ResolvConf: "nameserver 127.0.0.11\nsearch corp\n",
		Node: network.Node{Interface: "eth0", IP: net.IPv4(172, 17, 0, 2), MTU: 1500},
	}
	change(&m)
	return m
}

func files(t *testing.T, change func(*Machine)) map[string]string {
	t.Helper()
	m := machine(change)
	all, err := nodeFiles(m, corefile(network.Nameservers(m.ResolvConf)))
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestTheMTUOfTheOuterNetworkReachesPodsAndInnerContainers(t *testing.T) {
	all := files(t, func(m *Machine) { m.Node.MTU = 1400 })
	for _, path := range []string{"/etc/cni/net.d/10-pods.conflist", "/etc/docker/daemon.json"} {
		if !json.Valid([]byte(all[path])) || !strings.Contains(all[path], `"mtu": 1400`) {
			t.Errorf("%s is %s", path, all[path])
		}
	}
	if strings.Contains(files(t, func(*Machine) {})["/etc/docker/daemon.json"], "mtu") {
		t.Error("the usual MTU needs no setting")
	}
}

func TestNamesOfTheOuterNetworkAreForwardedFromTheNode(t *testing.T) {
	all := files(t, func(*Machine) {})
	if !strings.Contains(all["/etc/coredns/Corefile"], "forward . 127.0.0.11\n") {
		t.Errorf("got %s", all["/etc/coredns/Corefile"])
	}
	if strings.Contains(all["/etc/kubernetes/resolv.conf"], "127.0.0.11") {
		t.Error("pods cannot reach the engine's own address")
	}
}

func TestWithoutOuterServersNothingIsForwarded(t *testing.T) {
	all := files(t, func(m *Machine) { m.ResolvConf = "" })
	if strings.Contains(all["/etc/coredns/Corefile"], "forward") {
		t.Errorf("got %s", all["/etc/coredns/Corefile"])
	}
}

func TestMirrorsAndInsecureRegistriesReachDockerAndContainerd(t *testing.T) {
	all := files(t, func(m *Machine) {
		m.Config.RegistryMirrors = []string{"http://mirror:5000/"}
		m.Config.InsecureRegistries = []string{"reg:5000", "10.0.0.0/8"}
	})
	for path, part := range map[string]string{
		"/etc/docker/daemon.json":                      `"http://mirror:5000/"`,
		"/etc/containerd/certs.d/docker.io/hosts.toml": `[host."http://mirror:5000"]`,
		"/etc/containerd/certs.d/reg:5000/hosts.toml":  "skip_verify = true",
	} {
		if !strings.Contains(all[path], part) {
			t.Errorf("%s is %q", path, all[path])
		}
	}
	for path := range all {
		if strings.Contains(path, "10.0.0.0") {
			t.Errorf("a network is not a registry: %s", path)
		}
	}
}

func TestDockerListensInPlainTextOrRequiresCertificates(t *testing.T) {
	path := "/etc/docker/daemon.json"
	plain, secured := files(t, func(*Machine) {})[path], files(t, func(m *Machine) { m.Config.DockerTLS = true })[path]
	if !strings.Contains(plain, ":2375") || !strings.Contains(plain, `"tls": false`) || strings.Contains(plain, "2376") {
		t.Errorf("without certificates: %s", plain)
	}
	if !strings.Contains(secured, ":2376") || !strings.Contains(secured, `"tlsverify": true`) || strings.Contains(secured, "2375") {
		t.Errorf("with certificates: %s", secured)
	}
}

func TestDockersClientPassesProxiesToBuilds(t *testing.T) {
	path := "/root/.docker/config.json"
	all := files(t, func(m *Machine) { m.Config.Proxy = config.Proxy{HTTPS: "http://proxy:3128", No: ".svc"} })
	if !strings.Contains(all[path], `"httpsProxy": "http://proxy:3128"`) || !strings.Contains(all[path], `"noProxy": ".svc"`) {
		t.Errorf("got %s", all[path])
	}
	if _, there := files(t, func(*Machine) {})[path]; there {
		t.Error("without a proxy there must be no file")
	}
}

func TestTheDNSListensOnItsOwnAddressOnly(t *testing.T) {
	if text := files(t, func(*Machine) {})["/etc/coredns/Corefile"]; !strings.Contains(text, "bind "+config.DNSAddress+"\n") {
		t.Errorf("got %s", text)
	}
}

func TestTheNodeForwardsToTheClustersDNSIfThatIsAPod(t *testing.T) {
	text := outerCorefile([]string{"127.0.0.11"})
	for _, part := range []string{"cluster.local:53 {", "bind " + config.DNSAddress + "\n", "forward . 10.96.0.10\n", "forward . 127.0.0.11\n"} {
		if !strings.Contains(text, part) {
			t.Errorf("no %q in %s", part, text)
		}
	}
	if strings.Contains(outerCorefile(nil), "\n.:53 {") {
		t.Error("without outer servers nothing else is forwarded")
	}
}

func TestMirrorsWithoutTLSAreInsecureRegistriesForDocker(t *testing.T) {
	mirrors := []string{"http://mirror:5000/", "https://safe.example", "http://10.0.0.1"}
	if got := plainMirrors(mirrors); !slices.Equal(got, []string{"mirror:5000", "10.0.0.1"}) {
		t.Errorf("got %q", got)
	}
}
