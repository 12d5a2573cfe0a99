package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"syscall"

	"istio-ci/node/internal/bootstrap"
	"istio-ci/node/internal/config"
	"istio-ci/node/internal/failure"
	"istio-ci/node/internal/lease"
	"istio-ci/node/internal/network"
	"istio-ci/node/internal/prepare"
	"istio-ci/node/internal/service"
	"istio-ci/node/internal/status"
)

// The logs that the container's own output follows.
const (
	dockerLog = "/var/log/docker.log"
	dindLog   = "/var/log/dind.log"
	startLog  = "/var/log/minikube-start.log"
)

const supervisor = "/usr/bin/s6-svscan"

// initialise prepares the container and then becomes the supervisor. It prints its own errors, because
// nothing follows the logs yet.
func initialise(ctx context.Context, arguments []string) error {
	if len(arguments) > 0 {
		return failure.Usage("init takes no arguments; the settings are environment variables.")
	}
	if err := prepare.Clean(); err != nil {
		return err
	}
	log, err := openLogs()
	if err != nil {
		return err
	}
	timeline := bootstrap.Timeline{Path: status.Path, Log: log}
	if err := status.Save(status.Path, status.New("", []string{bootstrap.Prepare})); err != nil {
		return err
	}
	if err := prepareContainer(ctx, timeline); err != nil {
		fmt.Fprintln(log, failure.From(err))
		_ = timeline.Fail(bootstrap.Prepare, err)
		return err
	}
	return syscall.Exec(supervisor, []string{"s6-svscan", "-t", "0", service.Directory}, os.Environ())
}

func openLogs() (io.Writer, error) {
	for _, path := range []string{dockerLog, startLog} {
		if err := os.WriteFile(path, nil, 0o644); err != nil {
			return nil, err
		}
	}
	return os.OpenFile(dindLog, os.O_CREATE|os.O_TRUNC|os.O_WRONLY|os.O_APPEND, 0o644)
}

func prepareContainer(ctx context.Context, timeline bootstrap.Timeline) error {
	c, err := config.Read(os.Getenv)
	if err != nil {
		return err
	}
	bootstrapper, err := bootstrap.ByName(c.Bootstrapper)
	if err != nil {
		return err
	}
	if err := status.Save(status.Path, status.New(c.Bootstrapper, bootstrapper.Phases())); err != nil {
		return err
	}
	if err := bootstrapper.Check(); err != nil {
		return err
	}
	if err := timeline.Move(bootstrap.Prepare, status.Running, ""); err != nil {
		return err
	}
	if err := prepare.Run(ctx, c, func(did string) { timeline.Printf("%s", did) }); err != nil {
		return err
	}
	if err := passProxies(c); err != nil {
		return err
	}
	if c.Lease > 0 {
		if err := lease.Grant(status.Path, c.Lease); err != nil {
			return err
		}
		timeline.Printf("lease: the container ends after %s without a renewal", c.Lease)
	}
	if err := service.Install(); err != nil {
		return failure.Prepare("installing the services", err)
	}
	return timeline.Move(bootstrap.Prepare, status.Done, "")
}

// passProxies sets the proxy variables that every service inherits: the proxies as given, with everything
// inside the cluster as an exception.
func passProxies(c config.Config) error {
	if c.Proxy.HTTP == "" && c.Proxy.HTTPS == "" {
		return nil
	}
	node, err := network.Find()
	if err != nil {
		return failure.Prepare("reading the network's settings", err)
	}
	host, err := os.Hostname()
	if err != nil {
		return err
	}
	c.Proxy.No = network.NoProxy(c.Proxy.No, node, host, config.PodCIDR, config.ServiceCIDR, config.DockerCIDR)
	for name, value := range c.Proxy.Variables() {
		if err := os.Setenv(name, value); err != nil {
			return err
		}
	}
	return nil
}
