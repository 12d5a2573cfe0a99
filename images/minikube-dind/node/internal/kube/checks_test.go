package kube

import (
	"encoding/json"
	"strings"
	"testing"
)

// verdict returns why a node with this JSON is not ready, or "" if it is.
func verdict(t *testing.T, text string) string {
	t.Helper()
	var n node
	if err := json.Unmarshal([]byte(text), &n); err != nil {
		t.Fatal(err)
	}
	if err := n.ready(); err != nil {
		return err.Error()
	}
	return ""
}

const isReady = `"status": {"conditions": [{"type": "MemoryPressure", "status": "False"}, {"type": "Ready", "status": "True"}]}`

func TestANodeIsReadyUnlessKubernetesTaintsIt(t *testing.T) {
	if got := verdict(t, `{`+isReady+`}`); got != "" {
		t.Errorf("got %q", got)
	}
	if got := verdict(t, `{"spec": {"taints": [{"key": "example.com/mine"}]}, `+isReady+`}`); got != "" {
		t.Errorf("a taint of the user's: got %q", got)
	}
}

func TestAnUnreadyNodeGivesTheReason(t *testing.T) {
	for text, want := range map[string]string{
		`{"spec": {"taints": [{"key": "node.kubernetes.io/not-ready"}]}, ` + isReady + `}`:            "node.kubernetes.io/not-ready",
		`{"status": {"conditions": [{"type": "Ready", "status": "False", "message": "no network"}]}}`: "no network",
		`{}`: "no Ready condition",
	} {
		if got := verdict(t, text); !strings.Contains(got, want) {
			t.Errorf("%s: got %q", text, got)
		}
	}
}
