// Command istio-ci-node is what runs inside the cluster container: its entry point, its boot, and the questions one may ask it.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"istio-ci/node/internal/failure"
)

// command is one subcommand. What it returns is printed and decides the exit code.
type command struct {
	usage, summary string
	run            func(ctx context.Context, arguments []string) error
}

var commands = map[string]command{
	"init":        {"init", "prepare the container and become its PID 1 (the entry point)", initialise},
	"boot":        {"boot", "bring the cluster up (a service of PID 1)", boot},
	"status":      {"status [--json]", "show what is true and what is not yet", showStatus},
	"wait":        {"wait [--timeout 120s]", "wait until everything is true", wait},
	"explain":     {"explain PHASE...", "show the ends of the logs behind phases that are not true", explain},
	"healthcheck": {"healthcheck [--json]", "check now that the cluster is still ready", healthcheck},
	"controllers": {"controllers", "serve load balancers, volumes and logs (a service of PID 1)", control},
	"lease":       {"lease show|renew SECONDS|watch", "show or renew the time the container may still live", leaseCommand},
	"evidence":    {"evidence", "write a tar of logs, status and what kubectl shows to standard output", collectEvidence},
	"doctor":      {"doctor [--json]", "check what the container needs from its host", examine},
	"unit":        {"unit run|ended NAME ...", "run a systemd unit, or judge how it ended (services of PID 1)", unitCommand},
	"seed":        {"seed MANIFESTS FILE", "make the etcd seed (while the image is built)", makeSeed},
	"pack":        {"pack REFERENCE BINARY FILE", "pack the program that sandboxes run as an image (while the image is built)", packImage},
}

var order = []string{"init", "boot", "status", "wait", "explain", "healthcheck", "controllers", "lease", "evidence", "doctor", "unit", "seed", "pack"}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	if ask, other := otherNames[filepath.Base(os.Args[0])]; other {
		os.Exit(ask(ctx, os.Args[1:]))
	}
	if err := dispatch(ctx, os.Args[1:]); err != nil {
		f := failure.Of(err)
		fmt.Fprintln(os.Stderr, "istio-ci-node:", f)
		for _, line := range f.Log {
			fmt.Fprintln(os.Stderr, "  |", line)
		}
		os.Exit(f.Exit)
	}
}

func dispatch(ctx context.Context, arguments []string) error {
	if len(arguments) == 0 || arguments[0] == "help" || arguments[0] == "--help" {
		for _, name := range order {
			fmt.Printf("istio-ci-node %-32s %s\n", commands[name].usage, commands[name].summary)
		}
		return nil
	}
	c, known := commands[arguments[0]]
	if !known {
		return failure.Usage(fmt.Sprintf("There is no subcommand %q.", arguments[0]))
	}
	return c.run(ctx, arguments[1:])
}
