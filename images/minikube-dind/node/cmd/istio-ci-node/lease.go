package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"time"

	"istio-ci/node/internal/failure"
	"istio-ci/node/internal/lease"
	"istio-ci/node/internal/service"
	"istio-ci/node/internal/status"
)

func leaseCommand(ctx context.Context, arguments []string) error {
	switch {
	case len(arguments) == 1 && arguments[0] == "show":
		return showLease()
	case len(arguments) == 2 && arguments[0] == "renew":
		seconds, err := strconv.ParseUint(arguments[1], 10, 31)
		if err != nil || seconds == 0 {
			return failure.Usage(fmt.Sprintf("A lease is renewed for a whole number of seconds above 0, not for %q.", arguments[1]))
		}
		return lease.Renew(status.Path, time.Duration(seconds)*time.Second)
	case len(arguments) == 1 && arguments[0] == "watch":
		return watchLease(ctx)
	}
	return failure.Usage("Use `lease show` or `lease renew SECONDS`.")
}

func showLease() error {
	s, err := status.Load(status.Path)
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(s.Lease)
}

// watchLease is a service of PID 1: it ends the container when the lease expires, and --rm removes it.
func watchLease(ctx context.Context) error {
	if err := lease.Watch(ctx, status.Path); err != nil {
		return err
	}
	log, err := os.OpenFile(dindLog, os.O_WRONLY|os.O_APPEND, 0)
	if err == nil {
		fmt.Fprintln(log, "the lease has expired without a renewal: the container ends")
		log.Close()
	}
	return service.End(ctx)
}
