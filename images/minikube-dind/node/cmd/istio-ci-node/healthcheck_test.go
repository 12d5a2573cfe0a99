package main

import (
	"context"
	"encoding/json"
	"testing"

	"istio-ci/node/internal/bootstrap"
	"istio-ci/node/internal/failure"
	"istio-ci/node/internal/status"
)

// printed returns what `healthcheck --json` prints for a status, and the failure without --json.
func printed(t *testing.T, s status.Status, now ...bootstrap.Missing) (text, failed string) {
	t.Helper()
	check := func(context.Context) ([]bootstrap.Missing, error) { return append([]bootstrap.Missing{}, now...), nil }
	missing, failure, err := judge(t.Context(), s, check)
	if err != nil {
		t.Fatal(err)
	}
	content, err := json.Marshal(health{Ready: failure == nil, Missing: missing})
	if err != nil {
		t.Fatal(err)
	}
	if failure != nil {
		failed = failure.Message
	}
	return string(content), failed
}

func TestHealthcheckPrintsPlainData(t *testing.T) {
	ready, booting, checking := status.New("native", nil), status.New("native", []string{"etcd", "dns"}), status.New("native", nil)
	ready.Ready = true
	booting.Move("etcd", status.Running, 0, "no leader")
	broken := checking
	broken.Failed = failure.PhaseFailed("etcd", context.Canceled, nil)
	for _, c := range []struct {
		what         string
		status       status.Status
		now          []bootstrap.Missing
		text, failed string
	}{
		{"ready", ready, nil, `{"ready":true,"missing":[]}`, ""},
		{"not ready any more", ready, []bootstrap.Missing{{Name: "dns", Reason: "timeout"}, {Name: "docker", Reason: "EOF"}},
			`{"ready":false,"missing":[{"name":"dns","reason":"timeout"},{"name":"docker","reason":"EOF"}]}`,
			"The cluster is not ready: dns: timeout; docker: EOF."},
		{"booting", booting, nil,
			`{"ready":false,"missing":[{"name":"etcd","reason":"running (no leader)"},{"name":"dns","reason":"pending"}]}`,
			"The cluster is not ready: etcd is running (no leader); dns is pending."},
		{"in the last checks of a boot", checking, nil,
			`{"ready":false,"missing":[{"name":"boot","reason":"its last checks are running"}]}`, "The cluster is not ready: ."},
		{"after a failed boot", broken, nil,
			`{"ready":false,"missing":[{"name":"boot","reason":"NODE_PHASE_FAILED: The phase \"etcd\" failed: context canceled."}]}`,
			`The phase "etcd" failed: context canceled.`},
	} {
		text, failed := printed(t, c.status, c.now...)
		if text != c.text || failed != c.failed {
			t.Errorf("%s: got %s, %q", c.what, text, failed)
		}
	}
}
