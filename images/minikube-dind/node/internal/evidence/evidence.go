// Package evidence gathers what explains a cluster's state, so that it can be kept after the container is gone.
package evidence

import (
	"archive/tar"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"istio-ci/node/internal/bootstrap"
	"istio-ci/node/internal/logs"
	"istio-ci/node/internal/status"
	"istio-ci/node/internal/system"
)

// questions are the commands whose answers belong to the evidence, each under its own name.
var questions = []struct {
	file string
	args []string
}{
	{"kubectl/get.txt", []string{"kubectl", "get", "nodes,all,configmaps,endpointslices,pv,pvc", "--all-namespaces", "--output=wide"}},
	{"kubectl/describe.txt", []string{"kubectl", "describe", "nodes,pods", "--all-namespaces"}},
	{"kubectl/events.txt", []string{"kubectl", "get", "events", "--all-namespaces", "--sort-by=.lastTimestamp"}},
	{"docker/info.txt", []string{"docker", "info"}},
	{"docker/containers.txt", []string{"docker", "ps", "--all"}},
	{"docker/images.txt", []string{"docker", "images"}},
	{"system/processes.txt", []string{"ps", "aux"}},
	{"system/iptables.txt", []string{"iptables-save"}},
	{"system/network.txt", []string{"ip", "address"}},
}

// files are copied as they are: the nodes' and pods' logs and the status.
var files = []string{logs.Pattern, logs.Pattern + logs.Earlier, "/var/log/pods/*/*/*.log", status.Path, "/etc/docker/daemon.json", "/etc/coredns/Corefile",
	"/root/.minikube/logs/*.txt"}

// Write writes a tar of everything. What cannot be had is not missing from it: its entry says why.
func Write(ctx context.Context, out io.Writer) error {
	w := tar.NewWriter(out)
	for _, pattern := range files {
		paths, err := filepath.Glob(pattern)
		if err != nil {
			return err
		}
		for _, path := range paths {
			content, err := os.ReadFile(path)
			if err != nil {
				content = []byte(err.Error() + "\n")
			}
			if err := add(w, path[1:], content); err != nil {
				return err
			}
		}
	}
	for i, answer := range askAll(ctx) {
		if err := add(w, questions[i].file, answer); err != nil {
			return err
		}
	}
	return w.Close()
}

// askAll asks everything at once: an API server that hangs must not cost the time in which Docker could have answered.
func askAll(ctx context.Context) [][]byte {
	answers := make([][]byte, len(questions))
	var all sync.WaitGroup
	for i, q := range questions {
		all.Go(func() { answers[i] = ask(ctx, q.args) })
	}
	all.Wait()
	return answers
}

// answerWithin is less than the host gives the whole of the evidence (15 s, packages/cluster-runner/src/session/evidence.ts).
const answerWithin = 12 * time.Second

func ask(ctx context.Context, args []string) []byte {
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	if args[0] == "kubectl" {
		// /kubeconfig is not there before everything is true, and evidence is wanted then above all
		args = append(slices.Clone(args), "--kubeconfig="+bootstrap.AdminKubeconfig, "--request-timeout=10s")
	}
	answer, err := system.Run(ctx, args[0], args[1:]...)
	if err != nil {
		answer += fmt.Sprintf("\n%v\n", err)
	}
	return []byte(answer)
}

func add(w *tar.Writer, name string, content []byte) error {
	header := &tar.Header{Name: name, Mode: 0o600, Size: int64(len(content)), ModTime: time.Now()}
	if err := w.WriteHeader(header); err != nil {
		return err
	}
	_, err := w.Write(content)
	return err
}
