package main

import (
	"context"
	"encoding/json"
	"flag"
	"os"

	"istio-ci/node/internal/bootstrap"
	"istio-ci/node/internal/failure"
	"istio-ci/node/internal/status"
)

// health is what `healthcheck --json` prints.
type health struct {
	Ready   bool                `json:"ready"`
	Missing []bootstrap.Missing `json:"missing"`
}

// healthcheck fails if a part of the cluster does not work now. `status` only reports how the cluster came
// up.
func healthcheck(ctx context.Context, arguments []string) error {
	var asJSON bool
	if err := flags("healthcheck", arguments, func(f *flag.FlagSet) { f.BoolVar(&asJSON, "json", false, "") }); err != nil {
		return err
	}
	s, err := status.Load(status.Path)
	if err != nil {
		return err
	}
	missing, failed, err := judge(ctx, s, bootstrap.Health)
	if err != nil {
		return err
	}
	if asJSON {
		if err := json.NewEncoder(os.Stdout).Encode(health{Ready: failed == nil, Missing: missing}); err != nil {
			return err
		}
	}
	if failed == nil {
		return nil
	}
	failed.Exit = 1 // the only code besides 0 that Docker's HEALTHCHECK knows
	return failed
}

// judge returns what is missing, and the same as a failure: that of the boot, what the boot has not done yet,
// or the checks that fail now. check is asked only if the boot is done.
func judge(
	ctx context.Context, s status.Status, check func(context.Context) ([]bootstrap.Missing, error),
) (missing []bootstrap.Missing, failed *failure.Failure, err error) {
	if s.Failed != nil {
		reason := s.Failed.Code + ": " + s.Failed.Message
		return []bootstrap.Missing{{Name: "boot", Reason: reason}}, s.Failed, nil
	}
	if !s.Ready {
		for _, p := range s.Unfinished() {
			missing = append(missing, bootstrap.Missing{Name: p.Name, Reason: p.Progress()})
		}
		if missing == nil {
			missing = []bootstrap.Missing{{Name: "boot", Reason: "its last checks are running"}}
		}
		return missing, failure.NotReady(s.Missing(), nil), nil
	}
	missing, err = check(ctx)
	if err != nil || len(missing) == 0 {
		return missing, nil, err
	}
	var texts []string
	for _, m := range missing {
		texts = append(texts, m.String())
	}
	return missing, failure.NotReady(texts, nil), nil
}
