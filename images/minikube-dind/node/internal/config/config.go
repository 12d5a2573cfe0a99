// Package config reads the node's settings from the environment of the container.
package config

import (
	"net"
	"net/url"
	"os"
	"regexp"
	"strconv"
	"strings"
	"time"

	"istio-ci/node/internal/failure"
)

// Addresses and files that all parts of the node share.
const (
	PodCIDR     = "10.244.0.0/16"
	ServiceCIDR = "10.96.0.0/16"
	// DockerCIDR is the range of the inner Docker's networks. By default it would use the range from which
	// the outer Docker takes its next network, and this container could not be connected to that one.
	DockerCIDR = "10.245.0.0/16"
	APIService = "10.96.0.1"
	DNSService = "10.96.0.10"
	// DNSAddress is where CoreDNS listens. It is an address of the interface lo, so nothing outside the
	// container reaches it, but not a loopback address, so pods and inner containers do.
	DNSAddress     = "10.244.255.53"
	ClusterDomain  = "cluster.local"
	DefaultExtraCA = "/etc/istio-ci/extra-ca.crt"
)

// Config holds all settings.
type Config struct {
	Bootstrapper       string // a name in the package bootstrap
	CertSANs           []string
	Lease              time.Duration // 0: no lease
	ExtraCA            string        // a file; "" if there is none
	Proxy              Proxy
	RegistryMirrors    []string
	InsecureRegistries []string
	DockerTLS          bool // the inner Docker requires a client certificate
	TimeFactor         float64
}

// Proxy holds the three proxy settings as they were given.
type Proxy struct{ HTTP, HTTPS, No string }

// Variables returns the proxies as environment variables in both spellings, or none if there is no proxy.
func (p Proxy) Variables() map[string]string {
	variables := map[string]string{}
	if p.HTTP == "" && p.HTTPS == "" {
		return variables
	}
	for name, value := range map[string]string{"HTTP_PROXY": p.HTTP, "HTTPS_PROXY": p.HTTPS, "NO_PROXY": p.No} {
		if value != "" {
			variables[name], variables[strings.ToLower(name)] = value, value
		}
	}
	return variables
}

var dnsName = regexp.MustCompile(`^(\*\.)?[a-zA-Z0-9_]([a-zA-Z0-9_-]*[a-zA-Z0-9_])?(\.[a-zA-Z0-9_]([a-zA-Z0-9_-]*[a-zA-Z0-9_])?)*$`)
var hostPort = regexp.MustCompile(`^[a-zA-Z0-9.:\[\]_-]+(/[0-9]+)?$`)

// Read checks every setting. It returns the first that cannot be used as a *failure.Failure.
func Read(getenv func(string) string) (Config, error) {
	c := Config{Bootstrapper: "native", TimeFactor: 1}
	if v := getenv("BOOTSTRAPPER"); v != "" {
		c.Bootstrapper = v
	}
	for _, san := range list(getenv("CERT_SANS")) {
		if net.ParseIP(san) == nil && !dnsName.MatchString(san) {
			return c, failure.Setting("CERT_SANS", san, "comma-separated DNS names and IP addresses")
		}
		c.CertSANs = append(c.CertSANs, san)
	}
	if v := getenv("LEASE_SECONDS"); v != "" {
		seconds, err := strconv.ParseUint(v, 10, 31)
		if err != nil {
			return c, failure.Setting("LEASE_SECONDS", v, "a whole number of seconds, 0 for no lease")
		}
		c.Lease = time.Duration(seconds) * time.Second
	}
	if v := getenv("ISTIO_CI_TIME_FACTOR"); v != "" {
		factor, err := strconv.ParseFloat(v, 64)
		if err != nil || !(factor > 0 && factor <= 1000) {
			return c, failure.Setting("ISTIO_CI_TIME_FACTOR", v, "a number above 0 and up to 1000")
		}
		c.TimeFactor = factor
	}
	// not DOCKER_TLS, which the docker command in this container reads as its own setting
	if v := getenv("SECURE_DOCKER"); v != "" {
		on, err := strconv.ParseBool(v)
		if err != nil {
			return c, failure.Setting("SECURE_DOCKER", v, "true or false")
		}
		c.DockerTLS = on
	}
	var err error
	if c.ExtraCA, err = extraCA(getenv("EXTRA_CA")); err != nil {
		return c, err
	}
	if c.Proxy, err = proxies(getenv); err != nil {
		return c, err
	}
	for _, mirror := range list(getenv("REGISTRY_MIRRORS")) {
		if !isURL(mirror) {
			return c, failure.Setting("REGISTRY_MIRRORS", mirror, "comma-separated http or https URLs")
		}
		c.RegistryMirrors = append(c.RegistryMirrors, mirror)
	}
	for _, registry := range list(getenv("INSECURE_REGISTRIES")) {
		if !hostPort.MatchString(registry) {
			return c, failure.Setting("INSECURE_REGISTRIES", registry, "comma-separated HOST[:PORT] or CIDR")
		}
		c.InsecureRegistries = append(c.InsecureRegistries, registry)
	}
	return c, nil
}

// Limit scales a time limit for slow machines.
func (c Config) Limit(d time.Duration) time.Duration {
	return time.Duration(float64(d) * c.TimeFactor)
}

func extraCA(path string) (string, error) {
	if path == "" {
		if _, err := os.Stat(DefaultExtraCA); err != nil {
			return "", nil
		}
		return DefaultExtraCA, nil
	}
	if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() {
		return "", failure.Setting("EXTRA_CA", path, "the path of a PEM bundle that is mounted into the container")
	}
	return path, nil
}

func proxies(getenv func(string) string) (Proxy, error) {
	read := func(name string) string { return first(getenv(name), getenv(strings.ToLower(name))) }
	p := Proxy{HTTP: read("HTTP_PROXY"), HTTPS: read("HTTPS_PROXY"), No: read("NO_PROXY")}
	for name, value := range map[string]string{"HTTP_PROXY": p.HTTP, "HTTPS_PROXY": p.HTTPS} {
		if value != "" && !isURL(value) && !hostPort.MatchString(value) {
			return p, failure.Setting(name, redact(value), "a proxy's URL, such as http://proxy:3128")
		}
	}
	return p, nil
}

// redact removes the user and password of a proxy.
func redact(value string) string {
	if at := strings.LastIndex(value, "@"); at >= 0 {
		return "***" + value[at:]
	}
	return value
}

func isURL(value string) bool {
	u, err := url.Parse(value)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != ""
}

func list(value string) []string {
	var items []string
	for item := range strings.SplitSeq(value, ",") {
		if item = strings.TrimSpace(item); item != "" {
			items = append(items, item)
		}
	}
	return items
}

func first(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}
