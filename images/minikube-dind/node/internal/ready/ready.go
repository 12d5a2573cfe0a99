// Package ready checks whether parts of the cluster work, by using them.
package ready

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"time"

	"istio-ci/node/internal/config"
)

// Addresses that the node's programs listen on.
const (
	Docker     = "/run/docker.sock"
	Containerd = "/run/containerd/containerd.sock"
	EtcdURL    = "http://127.0.0.1:2379"
)

// Check returns nil if something works.
type Check func(context.Context) error

// Attempt is the time for one request; slow machines multiply it.
const Attempt = 5 * time.Second

var docker = &http.Client{Transport: &http.Transport{
	DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "unix", Docker)
	},
}}

// DockerAnswers requests what `docker info` shows.
func DockerAnswers(timeout time.Duration) Check {
	return func(ctx context.Context) error {
		ctx, cancel := context.WithTimeout(ctx, timeout)
		defer cancel()
		return answers(ctx, docker, "http://docker/info")
	}
}

// EtcdAnswers requests etcd's health.
func EtcdAnswers(ctx context.Context) error {
	return answers(ctx, http.DefaultClient, EtcdURL+"/health")
}

// ContainerdListens connects to containerd's socket.
func ContainerdListens(ctx context.Context) error {
	connection, err := (&net.Dialer{}).DialContext(ctx, "unix", Containerd)
	if err != nil {
		return err
	}
	return connection.Close()
}

func answers(ctx context.Context, client *http.Client, url string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	_, _ = io.Copy(io.Discard, response.Body)
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s returned %s", url, response.Status)
	}
	return nil
}

var resolver = &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
	return (&net.Dialer{}).DialContext(ctx, network, net.JoinHostPort(config.DNSService, "53"))
}}

// DNSAnswers resolves the API server's name at the address that pods use. A query that comes before the
// service's rules exist is lost, so each has its own timeout.
func DNSAnswers(timeout time.Duration) Check {
	return func(ctx context.Context) error {
		ctx, cancel := context.WithTimeout(ctx, timeout)
		defer cancel()
		found, err := resolver.LookupHost(ctx, "kubernetes.default.svc."+config.ClusterDomain+".")
		if err != nil {
			return err
		}
		if !slices.Contains(found, config.APIService) {
			return errors.New("the cluster's DNS does not resolve the API server's name")
		}
		return nil
	}
}

// Await repeats a check until it passes or the context ends. Then it returns the last error.
func Await(ctx context.Context, every time.Duration, check Check) error {
	for {
		err := check(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(every):
		}
	}
}
