package systemctl

import (
	"os"
	"strconv"
	"strings"
	"testing"
)

// recorded is a call that minikube 1.38.1 or kubeadm 1.37.2 made, with its result.
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
		if output, isOutput := strings.CutPrefix(line, "  > "); isOutput {
			calls[len(calls)-1].out += output
		} else if !strings.HasPrefix(line, "#") {
			code, arguments, _ := strings.Cut(strings.TrimSpace(line), " ")
			calls = append(calls, recorded{line: arguments, code: code})
		}
	}
	return calls
}

func TestTheCallsThatMinikubeMakesSucceed(t *testing.T) {
	f := newFixture(t)
	f.write(t, "etc/systemd/system/kubelet.service.d/10-kubeadm.conf", "[Service]\nRestartSec=1\n")
	f.crashes["kubelet.service"] = 1
	calls := readCalls(t)
	for _, call := range calls {
		code, out, errOut := f.run(t, call.line)
		if strconv.Itoa(code) != call.code || out != call.out {
			t.Errorf("%s: exit %d, %q, %q; want %s, %q", call.line, code, out, errOut, call.code, call.out)
		}
	}
	if len(calls) < 30 {
		t.Errorf("only %d calls were found", len(calls))
	}
}
