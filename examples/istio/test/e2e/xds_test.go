package e2e

import (
	"encoding/json"
	"fmt"
	"path"
	"strconv"
	"strings"
	"testing"
)

// rejections counts the configurations that Envoy refused: as reported to istiod (NACK), and as counted by
// Envoy.
func (c *cluster) rejections(t *testing.T) (istiod, envoy float64) {
	t.Helper()
	metrics := c.mustKubectl(t, "get", "--raw",
		"/api/v1/namespaces/"+istioNamespace+"/services/istiod:15014/proxy/metrics")
	// A counter appears with its first count. The pushes show that this is the right page.
	if sum(t, metrics, "pilot_xds_pushes{") == 0 {
		t.Fatal("istiod's metrics show no push")
	}
	stats := c.gateway(t, "stats?format=prometheus&filter=update_(success|rejected)")
	for _, of := range []string{"lds", "cds"} {
		if sum(t, stats, "envoy_*_"+of+"_update_success{") == 0 {
			t.Fatalf("Envoy's statistics show no %s update", of)
		}
	}
	return sum(t, metrics, "pilot_total_xds_rejects"), sum(t, stats, "envoy_*_update_rejected")
}

// sum adds the samples of a page of Prometheus metrics whose lines start like this; * matches anything.
func sum(t *testing.T, page, start string) (total float64) {
	t.Helper()
	for line := range strings.Lines(page) {
		line = strings.TrimSpace(line)
		sample, value, found := strings.Cut(line, " ")
		if matches, _ := path.Match(start+"*", sample); !found || !matches {
			continue
		}
		number, err := strconv.ParseFloat(value, 64)
		if err != nil {
			t.Fatalf("no number in %q", line)
		}
		total += number
	}
	return total
}

// synced is nil when the gateway has acknowledged the newest listeners, routes, clusters and endpoints.
func (c *cluster) synced(t *testing.T) error {
	t.Helper()
	var status struct {
		Resources []struct {
			GenericXdsConfigs []struct{ TypeURL, ConfigStatus string }
		}
	}
	if err := json.Unmarshal([]byte(c.mustIstioctl(t, "proxy-status", "--output", "json")), &status); err != nil {
		t.Fatal(err)
	}
	if len(status.Resources) != 1 {
		return fmt.Errorf("%d proxies are connected, not 1", len(status.Resources))
	}
	states := map[string]string{}
	for _, config := range status.Resources[0].GenericXdsConfigs {
		states[config.TypeURL[strings.LastIndex(config.TypeURL, ".")+1:]] = config.ConfigStatus
	}
	for _, kind := range []string{"Listener", "RouteConfiguration", "Cluster", "ClusterLoadAssignment"} {
		if states[kind] != "SYNCED" {
			return fmt.Errorf("%s is %q, not SYNCED: %v", kind, states[kind], states)
		}
	}
	return nil
}
