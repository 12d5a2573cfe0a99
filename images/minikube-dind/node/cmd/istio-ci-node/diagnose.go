package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"

	"istio-ci/node/internal/doctor"
	"istio-ci/node/internal/evidence"
	"istio-ci/node/internal/failure"
)

func collectEvidence(ctx context.Context, arguments []string) error {
	if len(arguments) > 0 {
		return failure.Usage("evidence takes no arguments.")
	}
	return evidence.Write(ctx, os.Stdout)
}

// runDoctor prints every finding and fails if there is one.
func runDoctor(ctx context.Context, arguments []string) error {
	var asJSON bool
	if err := flags("doctor", arguments, func(f *flag.FlagSet) { f.BoolVar(&asJSON, "json", false, "") }); err != nil {
		return err
	}
	facts, err := doctor.Gather(ctx)
	if err != nil {
		return err
	}
	findings := doctor.Judge(facts)
	if asJSON {
		if err := json.NewEncoder(os.Stdout).Encode(append([]*failure.Failure{}, findings...)); err != nil {
			return err
		}
		return doctor.AsError(findings)
	}
	for _, f := range findings {
		fmt.Printf("%s\n  %s\n  %s\n", f.Code, f.Message, f.Remedy)
	}
	if len(findings) == 0 {
		fmt.Printf("no problems found (cgroup v%d)\n", facts.CgroupVersion)
	}
	return doctor.AsError(findings)
}
