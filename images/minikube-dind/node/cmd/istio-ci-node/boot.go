package main

import (
	"context"
	"fmt"
	"os"

	"istio-ci/node/internal/bootstrap"
	"istio-ci/node/internal/config"
	"istio-ci/node/internal/failure"
	"istio-ci/node/internal/network"
	"istio-ci/node/internal/service"
	"istio-ci/node/internal/status"
)

// boot runs once, as a service of PID 1, and records its outcome in status.json. After a failed boot the
// container keeps running, so that it can be examined.
func boot(ctx context.Context, _ []string) error {
	log, err := os.OpenFile(startLog, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o644)
	if err != nil {
		return err
	}
	defer log.Close()
	timeline := bootstrap.Timeline{Path: status.Path, Log: log}
	err = bootCluster(ctx, timeline)
	if err == nil {
		return nil
	}
	f := failure.From(err)
	timeline.Printf("the boot failed: %s", f)
	for _, line := range f.Log {
		fmt.Fprintln(log, "  |", line)
	}
	if err := timeline.Fail("", f); err != nil {
		return err
	}
	return f
}

func bootCluster(ctx context.Context, timeline bootstrap.Timeline) error {
	c, err := config.Read(os.Getenv)
	if err != nil {
		return err
	}
	bootstrapper, err := bootstrap.ByName(c.Bootstrapper)
	if err != nil {
		return err
	}
	name, err := network.NodeName()
	if err != nil {
		return err
	}
	node, err := network.Find()
	if err != nil {
		return err
	}
	resolvConf, err := os.ReadFile("/etc/resolv.conf")
	if err != nil {
		return err
	}
	if c.Lease > 0 {
		if err := service.Up(ctx, "lease"); err != nil {
			return err
		}
	}
	return bootstrapper.Boot(ctx, bootstrap.Machine{
		Config: c, Name: name, Node: node, ResolvConf: string(resolvConf), Timeline: timeline,
	})
}
