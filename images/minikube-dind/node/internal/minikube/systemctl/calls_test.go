package systemctl

import (
	"os"
	"strconv"
	"strings"
	"testing"
)

// recorded is one call that minikube 1.38.1 or kubeadm 1.37.2 really made, with what it was answered.
type recorded struct{ line, code, out string }

// readCalls reads testdata/calls.txt.
func readCalls(t *testing.T) []recorded {
	t.Helper()
	content, err := os.ReadFile("testdata/calls.txt")
	if err != nil {
		t.Fatal(err)
	}
	var calls []recorded
	for line := range strings.Lines(string(content)) {
		if said, isOutput := strings.CutPrefix(line, "  > "); isOutput {
			calls[len(calls)-1].out += said
		} else if !strings.HasPrefix(line, "#") {
			code, arguments, _ := strings.Cut(strings.TrimSpace(line), " ")
			calls = append(calls, recorded{line: arguments, code: code})
		}
	}
	return calls
}

func TestTheCallsThatMinikubeMakesAreAnswered(t *testing.T) {
	b := newBench(t)
	b.write(t, "etc/systemd/system/kubelet.service.d/10-kubeadm.conf", "[Service]\nRestartSec=1\n")
	b.crashes["kubelet.service"] = 1
	calls := readCalls(t)
	for _, call := range calls {
		code, out, said := b.run(t, call.line)
		if strconv.Itoa(code) != call.code || out != call.out {
			t.Errorf("%s: exit %d, %q, %q; want %s, %q", call.line, code, out, said, call.code, call.out)
		}
	}
	if len(calls) < 30 {
		t.Errorf("only %d calls were found", len(calls))
	}
}
