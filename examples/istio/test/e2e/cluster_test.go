package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// cluster is the Kubernetes of $KUBECONFIG, used as people do: with kubectl, and with the istioctl just
// built.
type cluster struct {
	ctx      context.Context
	istioctl string
	image    string // of the workload and the client
	version  string // that every binary must carry
}

const (
	istioNamespace = "istio-system"
	testNamespace  = "acme-e2e"
	patience       = 60 * time.Second // for one condition, on a busy machine with two cores
	timeToExplain  = 45 * time.Second // kept back of go test's deadline, for cleaning up and the report
)

func newCluster(t *testing.T) *cluster {
	t.Helper()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	hub, version := os.Getenv("E2E_HUB"), os.Getenv("E2E_VERSION")
	if hub == "" || version == "" {
		t.Fatal("run this by make test: it needs the images, and E2E_HUB and E2E_VERSION that name them")
	}
	ctx, cancel := context.Background(), context.CancelFunc(func() {})
	if deadline, ok := t.Deadline(); ok {
		ctx, cancel = context.WithDeadline(ctx, deadline.Add(-timeToExplain))
	}
	t.Cleanup(cancel)
	return &cluster{ctx, filepath.Join(root, "out/bin/istioctl"), hub + "/web:" + version, version}
}

// run runs a command; its error has the output.
func run(ctx context.Context, stdin string, name string, args ...string) (string, error) {
	command := exec.CommandContext(ctx, name, args...)
	var stdout, stderr bytes.Buffer
	command.Stdin, command.Stdout, command.Stderr = strings.NewReader(stdin), &stdout, &stderr
	if err := command.Run(); err != nil {
		return stdout.String(), fmt.Errorf("%s %s: %w\n%s%s", filepath.Base(name), strings.Join(args, " "), err, &stdout, &stderr)
	}
	return stdout.String(), nil
}

func (c *cluster) kubectl(args ...string) (string, error) { return run(c.ctx, "", "kubectl", args...) }

// mustKubectl fails the test when kubectl fails.
func (c *cluster) mustKubectl(t *testing.T, args ...string) string {
	t.Helper()
	out, err := c.kubectl(args...)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func (c *cluster) mustIstioctl(t *testing.T, args ...string) string {
	t.Helper()
	out, err := run(c.ctx, "", c.istioctl, args...)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// apply applies a file of testdata, with ${NAME} replaced from values.
func (c *cluster) apply(t *testing.T, file string, values map[string]string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", file))
	if err != nil {
		t.Fatal(err)
	}
	manifest := os.Expand(string(text), func(name string) string { return values[name] })
	if _, err := run(c.ctx, manifest, "kubectl", "apply", "-f", "-"); err != nil {
		t.Fatal(err)
	}
}

// answer is the response that the client in the cluster got.
type answer struct {
	Status int
	Header map[string][]string
	Body   string
}

// get asks the gateway for a path of a host, from a pod: over cluster DNS, the service's address and Envoy.
func (c *cluster) get(host, path string) (answer, error) {
	url := "http://istio-ingressgateway." + istioNamespace + path
	out, err := c.kubectl("-n", testNamespace, "exec", "deploy/client", "--", "/web", "get", url, host)
	if err != nil {
		return answer{}, err
	}
	var got answer
	return got, json.Unmarshal([]byte(out), &got)
}

// gateway runs an admin request on the gateway's Envoy, through its pilot-agent.
func (c *cluster) gateway(t *testing.T, path string) string {
	t.Helper()
	return c.mustKubectl(t, "-n", istioNamespace, "exec", "deploy/istio-ingressgateway", "--",
		"pilot-agent", "request", "GET", path)
}

// eventually tries until probe returns nil. The last error fails the test.
func (c *cluster) eventually(t *testing.T, probe func() error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(c.ctx, patience)
	defer cancel()
	for {
		err := probe()
		if err == nil {
			return
		}
		select {
		case <-ctx.Done():
			t.Fatalf("still not so after %s: %v", patience, err)
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// remove removes everything of this test from the cluster, also what an interrupted run left.
func (c *cluster) remove(ctx context.Context) error {
	_, uninstalled := run(ctx, "", c.istioctl, "uninstall", "--purge", "--skip-confirmation")
	_, deleted := run(ctx, "", "kubectl", "delete", "namespace", istioNamespace, testNamespace, "--ignore-not-found")
	return errors.Join(uninstalled, deleted)
}

// explain logs what people look at first.
func (c *cluster) explain(ctx context.Context, t *testing.T) {
	for _, args := range [][]string{
		{"get", "pods", "--all-namespaces", "--output", "wide"},
		{"get", "events", "--all-namespaces", "--field-selector", "type!=Normal"},
		{"-n", istioNamespace, "logs", "deploy/istiod", "--tail", "40"},
		{"-n", istioNamespace, "logs", "deploy/istio-ingressgateway", "--tail", "20"},
	} {
		out, err := run(ctx, "", "kubectl", args...)
		if err != nil {
			out = err.Error()
		}
		t.Logf("kubectl %s\n%s", strings.Join(args, " "), out)
	}
}
