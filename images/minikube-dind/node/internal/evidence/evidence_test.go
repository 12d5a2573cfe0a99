package evidence

import (
	"strings"
	"testing"
)

func TestAFailedCommandIsIncludedWithItsError(t *testing.T) {
	got := string(run(t.Context(), []string{"sh", "-c", "echo half; echo no such thing >&2; exit 1"}))
	if !strings.HasPrefix(got, "half\n") || !strings.Contains(got, "no such thing") {
		t.Errorf("got %q", got)
	}
}

func TestEveryCommandHasItsOwnFile(t *testing.T) {
	seen := map[string]bool{}
	for _, q := range commands {
		if seen[q.file] {
			t.Errorf("%s is written twice", q.file)
		}
		seen[q.file] = true
	}
}
