// Command istio-ci-node runs inside the cluster container: it is its entry point, boots the cluster, and
// answers questions about it.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"

	"istio-ci/node/internal/failure"
)

// command is a subcommand. The error it returns is printed and decides the exit code.
type command struct {
	name, arguments, summary string
	run                      func(ctx context.Context, arguments []string) error
}

var commands = []command{
	{"init", "", "prepare the container and become its PID 1 (the entry point)", initialise},
	{"boot", "", "bring the cluster up (a service of PID 1)", boot},
	{"status", "[--json]", "show which parts of the cluster are ready", showStatus},
	{"wait", "[--timeout 120s]", "wait until the cluster is ready", wait},
	{"explain", "PHASE...", "show the last log lines of the programs behind phases", explain},
	{"healthcheck", "[--json]", "check now that the cluster is still ready", healthcheck},
	{"controllers", "", "serve load balancers, volumes and logs (a service of PID 1)", runControllers},
	{"lease", "show|renew SECONDS|watch", "show or renew the container's lease", leaseCommand},
	{"evidence", "", "write a tar of logs, status and kubectl's output to standard output", collectEvidence},
	{"doctor", "[--json]", "check what the container needs from its host", runDoctor},
	{"unit", "run|ended NAME ...", "run a systemd unit, or decide what follows its end (services of PID 1)", unitCommand},
	{"seed", "MANIFESTS FILE", "make the etcd seed (while the image is built)", makeSeed},
	{"pack", "REFERENCE BINARY FILE", "pack the program of pod sandboxes as an image (while the image is built)", packImage},
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	if ask, other := otherNames[filepath.Base(os.Args[0])]; other {
		os.Exit(ask(ctx, os.Args[1:]))
	}
	if err := dispatch(ctx, os.Args[1:]); err != nil {
		f := failure.From(err)
		fmt.Fprintln(os.Stderr, "istio-ci-node:", f)
		for _, line := range f.Log {
			fmt.Fprintln(os.Stderr, "  |", line)
		}
		os.Exit(f.Exit)
	}
}

func dispatch(ctx context.Context, arguments []string) error {
	if len(arguments) == 0 || arguments[0] == "help" || arguments[0] == "--help" {
		for _, c := range commands {
			fmt.Printf("istio-ci-node %-32s %s\n", strings.TrimSpace(c.name+" "+c.arguments), c.summary)
		}
		return nil
	}
	for _, c := range commands {
		if c.name == arguments[0] {
			return c.run(ctx, arguments[1:])
		}
	}
	return failure.Usage(fmt.Sprintf("There is no subcommand %q.", arguments[0]))
}
