// Package ready asks each part of the cluster whether it works, by using it.
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

// Sockets that the node's programs listen on.
const (
	Docker     = "/run/docker.sock"
	Containerd = "/run/containerd/containerd.sock"
	EtcdURL    = "http://127.0.0.1:2379"
)

// Check is nil when the thing is true.
type Check func(context.Context) error

// Attempt is the time that one question may take; a slow machine has more of it.
const Attempt = 5 * time.Second

var docker = &http.Client{Transport: &http.Transport{
	DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "unix", Docker)
	},
}}

// DockerAnswers asks the inner Docker for what `docker info` shows.
func DockerAnswers(timeout time.Duration) Check {
	return func(ctx context.Context) error {
		ctx, cancel := context.WithTimeout(ctx, timeout)
		defer cancel()
		return answers(ctx, docker, "http://docker/info")
	}
}

// EtcdAnswers asks etcd whether it is healthy.
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
		return fmt.Errorf("%s answers %s", url, response.Status)
	}
	return nil
}

var resolver = &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
	return (&net.Dialer{}).DialContext(ctx, network, net.JoinHostPort(config.DNSService, "53"))
}}

// DNSAnswers looks the API server's name up at the address that pods use. A question that came before the service's rules were there is
// lost, hence a time for each.
func DNSAnswers(timeout time.Duration) Check {
	return func(ctx context.Context) error {
		ctx, cancel := context.WithTimeout(ctx, timeout)
		defer cancel()
		found, err := resolver.LookupHost(ctx, "kubernetes.default.svc."+config.ClusterDomain+".")
		if err != nil {
			return err
		}
		if !slices.Contains(found, config.APIService) {
			return errors.New("the cluster's DNS does not know the API server")
		}
		return nil
	}
}

// Await repeats a check until it is true or the context ends; then it returns what the check said last.
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
