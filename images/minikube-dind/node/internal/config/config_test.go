package config

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"istio-ci/node/internal/failure"
)

func from(values map[string]string) func(string) string {
	return func(name string) string { return values[name] }
}

func TestTheDefaultIsTheNativeBootstrapperWithoutALease(t *testing.T) {
	c, err := Read(from(nil))
	if err != nil {
		t.Fatal(err)
	}
	if c.Bootstrapper != "native" || c.Lease != 0 || c.TimeFactor != 1 {
		t.Errorf("got %+v", c)
	}
}

func TestEverySettingIsRead(t *testing.T) {
	c, err := Read(from(map[string]string{
		"BOOTSTRAPPER": "minikube", "CERT_SANS": "ci.example, 10.1.2.3", "LEASE_SECONDS": "90", "ISTIO_CI_TIME_FACTOR": "2.5",
		"https_proxy": "http://u:p@proxy:3128", "NO_PROXY": "a,b", "REGISTRY_MIRRORS": "http://mirror:5000", "INSECURE_REGISTRIES": "reg:5000,10.0.0.0/8", "SECURE_DOCKER": "true",
	}))
	if err != nil {
		t.Fatal(err)
	}
	if c.Bootstrapper != "minikube" || c.Lease != 90*time.Second || !slices.Equal(c.CertSANs, []string{"ci.example", "10.1.2.3"}) ||
		c.Proxy.HTTPS != "http://u:p@proxy:3128" || c.Proxy.No != "a,b" || len(c.RegistryMirrors) != 1 || len(c.InsecureRegistries) != 2 || !c.DockerTLS {
		t.Errorf("got %+v", c)
	}
	if got := c.Limit(10 * time.Second); got != 25*time.Second {
		t.Errorf("a limit of 10s becomes %s", got)
	}
}

func TestAValueThatCannotBeUsedNamesItsVariable(t *testing.T) {
	for name, value := range map[string]string{
		"CERT_SANS": "a b", "LEASE_SECONDS": "-1", "ISTIO_CI_TIME_FACTOR": "NaN", "EXTRA_CA": "/not/there",
		"HTTP_PROXY": "ftp://x", "REGISTRY_MIRRORS": "mirror:5000", "INSECURE_REGISTRIES": "http://reg",
		"SECURE_DOCKER": "both",
	} {
		_, err := Read(from(map[string]string{name: value}))
		f, ok := errors.AsType[*failure.Failure](err)
		if !ok || f.Code != "NODE_SETTING" || f.Exit != failure.ExitUsage || !strings.Contains(f.Message, name) {
			t.Errorf("%s=%s: got %v", name, value, err)
		}
	}
}

func TestAMessageNeverContainsAProxysPassword(t *testing.T) {
	_, err := Read(from(map[string]string{"HTTP_PROXY": "socks://user:secret@proxy:1"}))
	if err == nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("got %v", err)
	}
}

func TestAMountedExtraCAIsUsed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ca.crt")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := Read(from(map[string]string{"EXTRA_CA": path}))
	if err != nil || c.ExtraCA != path {
		t.Errorf("got %q, %v", c.ExtraCA, err)
	}
}
