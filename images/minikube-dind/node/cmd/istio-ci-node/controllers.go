package main

import (
	"context"
	"fmt"
	"os"
	"sync"
	"time"

	"istio-ci/node/internal/bootstrap"
	"istio-ci/node/internal/config"
	"istio-ci/node/internal/egressconfig"
	"istio-ci/node/internal/failure"
	"istio-ci/node/internal/loadbalancer"
	"istio-ci/node/internal/logs"
	"istio-ci/node/internal/network"
	"istio-ci/node/internal/volumes"
)

// runControllers does what a cloud does for a cluster: addresses for load balancers, volumes, and the extra
// CA and proxies for pods. It also keeps the logs short.
func runControllers(ctx context.Context, arguments []string) error {
	if len(arguments) > 0 {
		return failure.Usage("controllers takes no arguments.")
	}
	c, err := config.Read(os.Getenv)
	if err != nil {
		return err
	}
	node, err := network.Find()
	if err != nil {
		return err
	}
	client, err := bootstrap.ControllersClient()
	if err != nil {
		return err
	}
	report := func(err error) { fmt.Println(time.Now().UTC().Format(time.RFC3339), err) }
	var all sync.WaitGroup
	all.Go(func() { loadbalancer.Serve(ctx, client, node.IP.String(), report) })
	all.Go(func() { volumes.Serve(ctx, client, report) })
	all.Go(func() { egressconfig.Serve(ctx, client, c, report) })
	all.Go(func() { logs.Serve(ctx, report) })
	all.Wait()
	return nil
}
