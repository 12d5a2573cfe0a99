// Package evidence collects what explains the state of a cluster, to be kept after the container is gone.
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

// commands are run for the evidence; each output has its own file.
var commands = []struct {
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

// files are copied as they are: the logs of the node and of pods, the status and some settings.
var files = []string{logs.Pattern, logs.Pattern + logs.Earlier, "/var/log/pods/*/*/*.log", status.Path, "/etc/docker/daemon.json", "/etc/coredns/Corefile",
	"/root/.minikube/logs/*.txt"}

// Write writes a tar with everything. Files that cannot be read and commands that fail are included with the
// error.
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
	for i, output := range runAll(ctx) {
		if err := add(w, commands[i].file, output); err != nil {
			return err
		}
	}
	return w.Close()
}

// runAll runs all commands at the same time: an API server that hangs must not use up the time for Docker's
// answers.
func runAll(ctx context.Context) [][]byte {
	outputs := make([][]byte, len(commands))
	var all sync.WaitGroup
	for i, q := range commands {
		all.Go(func() { outputs[i] = run(ctx, q.args) })
	}
	all.Wait()
	return outputs
}

// commandLimit is less than the 15 s that the host allows for the whole evidence (evidence.ts in
// packages/cluster-runner).
const commandLimit = 12 * time.Second

func run(ctx context.Context, args []string) []byte {
	ctx, cancel := context.WithTimeout(ctx, commandLimit)
	defer cancel()
	if args[0] == "kubectl" {
		// /kubeconfig is missing until the cluster is ready, and evidence is needed most before that
		args = append(slices.Clone(args), "--kubeconfig="+bootstrap.AdminKubeconfig, "--request-timeout=10s")
	}
	output, err := system.Run(ctx, args[0], args[1:]...)
	if err != nil {
		output += fmt.Sprintf("\n%v\n", err)
	}
	return []byte(output)
}

func add(w *tar.Writer, name string, content []byte) error {
	header := &tar.Header{Name: name, Mode: 0o600, Size: int64(len(content)), ModTime: time.Now()}
	if err := w.WriteHeader(header); err != nil {
		return err
	}
	_, err := w.Write(content)
	return err
}
