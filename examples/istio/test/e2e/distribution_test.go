// Package e2e runs the distribution on a cluster: istiod and a gateway from the images just built, a
// workload, and a client that sends requests through the gateway's Envoy.
package e2e

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
)

// TestDistribution is one story: each step depends on those before it, so the first failure ends it.
func TestDistribution(t *testing.T) {
	c := newCluster(t)
	if err := c.remove(c.ctx); err != nil {
		t.Fatalf("the cluster cannot be cleared: %v", err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), timeToExplain)
		defer cancel()
		if t.Failed() {
			c.explain(ctx, t)
		}
		if err := c.remove(ctx); err != nil {
			t.Errorf("the cluster cannot be cleared: %v", err)
		}
	})
	for _, step := range []struct {
		name string
		run  func(*cluster, *testing.T)
	}{
		{"istioctl installs istiod and a gateway from the images just built", (*cluster).install},
		{"every part carries the distribution's version", (*cluster).versions},
		{"the gateway runs the Envoy that istio.deps pins", (*cluster).envoyIsThePinned},
		{"a VirtualService answers through the gateway", (*cluster).directResponse},
		{"a changed VirtualService changes the answer", (*cluster).changedResponse},
		{"a request is routed to a workload", (*cluster).routed},
		{"a changed route moves it to another version", (*cluster).rerouted},
		{"Envoy accepted all that istiod sent", (*cluster).nothingRejected},
		{"a configuration that Envoy refuses is noticed, and the old one goes on serving", (*cluster).rejectionNoticed},
	} {
		if !t.Run(step.name, func(t *testing.T) { step.run(c, t) }) {
			return
		}
	}
}

func (c *cluster) install(t *testing.T) {
	c.mustIstioctl(t, "install", "--skip-confirmation", "--filename", "testdata/istio.yaml", "--readiness-timeout", "2m")
	c.apply(t, "web.yaml", map[string]string{"IMAGE": c.image})
	c.mustKubectl(t, "-n", testNamespace, "rollout", "status", "deploy/web-v1", "deploy/web-v2", "deploy/client", "--timeout", "1m")
	c.apply(t, "gateway.yaml", nil)
}

func (c *cluster) versions(t *testing.T) {
	type info struct{ Version string }
	var got struct {
		ClientVersion    info
		MeshVersion      []struct{ Info info }
		DataPlaneVersion []struct{ ID, IstioVersion string }
	}
	if err := json.Unmarshal([]byte(c.mustIstioctl(t, "version", "--output", "json")), &got); err != nil {
		t.Fatal(err)
	}
	seen := map[string]string{"istioctl": got.ClientVersion.Version}
	for _, istiod := range got.MeshVersion {
		seen["istiod"] = istiod.Info.Version
	}
	for _, proxy := range got.DataPlaneVersion {
		if strings.HasPrefix(proxy.ID, "istio-ingressgateway-") {
			seen["gateway"] = proxy.IstioVersion
		}
	}
	for _, part := range []string{"istioctl", "istiod", "gateway"} {
		if seen[part] != c.version {
			t.Errorf("%s is version %q, not %q", part, seen[part], c.version)
		}
	}
}

func (c *cluster) envoyIsThePinned(t *testing.T) {
	text, err := os.ReadFile("../../istio.deps")
	if err != nil {
		t.Fatal(err)
	}
	var deps []struct{ Name, LastStableSHA string }
	if err := json.Unmarshal(text, &deps); err != nil {
		t.Fatal(err)
	}
	var server struct{ Version string }
	if err := json.Unmarshal([]byte(c.gateway(t, "server_info")), &server); err != nil {
		t.Fatal(err)
	}
	for _, dep := range deps {
		if dep.Name == "PROXY_REPO_SHA" && !strings.HasPrefix(server.Version, dep.LastStableSHA+"/") {
			t.Errorf("the gateway's Envoy is %s; istio.deps pins %s", server.Version, dep.LastStableSHA)
		}
	}
}

func (c *cluster) directResponse(t *testing.T) { c.greets(t, "hello from istio") }

func (c *cluster) changedResponse(t *testing.T) { c.greets(t, "hello again") }

func (c *cluster) greets(t *testing.T, greeting string) {
	t.Helper()
	c.apply(t, "greeting.yaml", map[string]string{"GREETING": greeting})
	c.eventually(t, func() error { return c.expect("greeting.acme.test", "/hello", greeting) })
}

func (c *cluster) routed(t *testing.T) { c.serves(t, "v1") }

func (c *cluster) rerouted(t *testing.T) { c.serves(t, "v2") }

func (c *cluster) serves(t *testing.T, subset string) {
	t.Helper()
	c.apply(t, "web-route.yaml", map[string]string{"SUBSET": subset})
	c.eventually(t, func() error { return c.expect("web.acme.test", "/shop", "web-"+subset+" /shop") })
	got, err := c.get("web.acme.test", "/shop")
	if err != nil {
		t.Fatal(err)
	}
	if got.Header["X-Served-By"] == nil {
		t.Errorf("the header that the VirtualService adds is missing: %v", got.Header)
	}
}

// expect is nil when the gateway answers 200 with this body.
func (c *cluster) expect(host, path, body string) error {
	got, err := c.get(host, path)
	if err == nil && (got.Status != 200 || got.Body != body) {
		err = fmt.Errorf("%s%s answered %d %q, not 200 %q", host, path, got.Status, got.Body, body)
	}
	return err
}

func (c *cluster) nothingRejected(t *testing.T) {
	istiod, envoy := c.rejections(t)
	if istiod != 0 || envoy != 0 {
		t.Errorf("istiod saw %v rejections, Envoy refused %v updates", istiod, envoy)
	}
	c.eventually(t, func() error { return c.synced(t) })
}

func (c *cluster) rejectionNoticed(t *testing.T) {
	c.apply(t, "broken-filter.yaml", nil)
	c.eventually(t, func() error {
		if istiod, envoy := c.rejections(t); istiod == 0 || envoy == 0 {
			return fmt.Errorf("istiod saw %v rejections, Envoy refused %v updates", istiod, envoy)
		}
		return nil
	})
	if err := c.expect("greeting.acme.test", "/hello", "hello again"); err != nil {
		t.Error(err)
	}
	c.mustKubectl(t, "-n", istioNamespace, "delete", "envoyfilter", "broken")
	c.eventually(t, func() error {
		return errors.Join(c.synced(t), c.expect("greeting.acme.test", "/hello", "hello again"))
	})
}
