package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"time"

	"istio-ci/node/internal/bootstrap"
	"istio-ci/node/internal/config"
	"istio-ci/node/internal/failure"
	"istio-ci/node/internal/status"
)

// flags parses the arguments of a subcommand that takes options only.
func flags(name string, arguments []string, define func(*flag.FlagSet)) error {
	set := flag.NewFlagSet(name, flag.ContinueOnError)
	set.SetOutput(io.Discard)
	define(set)
	if err := set.Parse(arguments); err != nil {
		return failure.Usage(fmt.Sprintf("%s: %v.", name, err))
	}
	if set.NArg() > 0 {
		return failure.Usage(fmt.Sprintf("%s: unexpected argument %q.", name, set.Arg(0)))
	}
	return nil
}

func showStatus(_ context.Context, arguments []string) error {
	var asJSON bool
	if err := flags("status", arguments, func(f *flag.FlagSet) { f.BoolVar(&asJSON, "json", false, "") }); err != nil {
		return err
	}
	s, err := status.Load(status.Path)
	if err != nil {
		return err
	}
	if asJSON {
		out := json.NewEncoder(os.Stdout)
		out.SetIndent("", "  ")
		return out.Encode(s)
	}
	fmt.Print(s)
	return nil
}

func wait(ctx context.Context, arguments []string) error {
	timeout := 120 * time.Second
	if err := flags("wait", arguments, func(f *flag.FlagSet) { f.DurationVar(&timeout, "timeout", timeout, "") }); err != nil {
		return err
	}
	c, err := config.Read(os.Getenv)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	for {
		s, err := status.Load(status.Path)
		switch {
		case err == nil && s.Ready:
			return nil
		case err == nil && s.Failed != nil:
			s.Failed.Exit = failure.ExitCluster
			return s.Failed
		}
		select {
		case <-ctx.Done():
			if err != nil {
				return err
			}
			return failure.NotReady(s.Missing(), bootstrap.Explain(s))
		case <-time.After(c.Limit(20 * time.Millisecond)):
		}
	}
}

// explainingLines is how much of each log `explain` shows.
const explainingLines = 4

func explain(_ context.Context, phases []string) error {
	s, err := status.Load(status.Path)
	if err != nil {
		return err
	}
	for _, line := range bootstrap.LogEnds(s, phases, explainingLines) {
		fmt.Println(line)
	}
	return nil
}
