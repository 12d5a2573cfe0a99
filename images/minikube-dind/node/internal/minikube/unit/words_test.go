package unit

import (
	"slices"
	"strings"
	"testing"
	"time"
)

func TestEnvironmentFilesReachTheCommandAsWords(t *testing.T) {
	d, u := kubelet(t, kubeadmDropIn, map[string]string{
		"/var/lib/kubelet/kubeadm-flags.env": "KUBELET_KUBEADM_ARGS=\"--node-ip=10.0.0.1 --v=2\"\n# none\n",
	})
	env, err := d.environment(u.Service, []string{"PATH=/usr/bin"})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"/usr/bin/kubelet", "--bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf", "--kubeconfig=/etc/kubernetes/kubelet.conf",
		"--config=/var/lib/kubelet/config.yaml", "--node-ip=10.0.0.1", "--v=2",
	}
	if got := expand(u.Service.ExecStart[0].Words, env); !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
	if env["PATH"] != "/usr/bin" {
		t.Error("the container's own environment is lost")
	}
}

func TestAMissingEnvironmentFileIsAnError(t *testing.T) {
	d, u := kubelet(t, "[Service]\nEnvironmentFile=/etc/none\n", nil)
	if _, err := d.environment(u.Service, nil); err == nil || !strings.Contains(err.Error(), "/etc/none") {
		t.Errorf("got %v", err)
	}
}

func TestWordsAreSplitAsSystemdDoes(t *testing.T) {
	for line, want := range map[string][]string{
		`/bin/a  b`:          {"/bin/a", "b"},
		`a "b c" 'd e'`:      {"a", "b c", "d e"},
		`a --x="b c"`:        {"a", "--x=b c"},
		`a\sb "c\"d" ''`:     {"a b", `c"d`, ""},
		"a\tb":               {"a", "b"},
		`a "it's"`:           {"a", "it's"},
		`a --json={"k":"v"}`: {"a", "--json={k:v}"},
	} {
		if got, err := splitWords(line); err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: got %q, %v", line, got, err)
		}
	}
	for _, line := range []string{`a "b`, `a \q`, `a \`} {
		if got, err := splitWords(line); err == nil {
			t.Errorf("%s: got %q", line, got)
		}
	}
}

func TestVariablesAreExpandedAsSystemdDoes(t *testing.T) {
	env := map[string]string{"TWO": "a b", "ONE": "x", "QUOTED": `--a='b c' d`}
	words := []string{"run", "$QUOTED", "$TWO", "${TWO}", "--n=${ONE}1", "$NONE", "${NONE}", "cost$$5", "a$ONE", "$"}
	want := []string{"run", "--a=b c", "d", "a", "b", "a b", "--n=x1", "", "cost$5", "a$ONE", "$"}
	if got := expand(words, env); !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
}

func TestALineContinuesAfterAnUnescapedBackslash(t *testing.T) {
	settings, err := parse("[Service]\nExecStart=/bin/a \\\n# between\n  b\nEnvironment=X=\\\\\nRestart=\\")
	if err != nil {
		t.Fatal(err)
	}
	want := []setting{{"Service", "ExecStart", "/bin/a  b"}, {"Service", "Environment", `X=\\`}, {"Service", "Restart", ""}}
	if !slices.Equal(settings, want) {
		t.Errorf("got %q", settings)
	}
}

func TestACommandWithOnlyEmptyVariablesIsAnError(t *testing.T) {
	if words, err := commandLine(Command{Words: []string{"$NONE"}}, nil); err == nil {
		t.Errorf("got %q", words)
	}
}

func TestTimeSpansAreParsed(t *testing.T) {
	for text, want := range map[string]time.Duration{"10": 10 * time.Second, "600ms": 600 * time.Millisecond, "1min 30s": 90 * time.Second, "0.5": 500 * time.Millisecond} {
		if got, err := parseDuration(text); err != nil || got != want {
			t.Errorf("%s: got %s, %v", text, got, err)
		}
	}
}
