// Package kube is a client for the small part of the Kubernetes API that the node uses.
package kube

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"time"

	"istio-ci/node/internal/pki"
)

// Server is the API server's address inside the container.
const Server = "https://127.0.0.1:8443"

// Client sends requests to the API server over one connection, which it keeps.
type Client struct {
	http     *http.Client
	watching *http.Client // without a time limit
}

// NewClient returns a client that trusts ca and authenticates as identity.
func NewClient(ca []byte, identity pki.Pair, timeout time.Duration) (*Client, error) {
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(ca) {
		return nil, errors.New("the cluster's authority is not a PEM certificate")
	}
	cert, err := tls.X509KeyPair(identity.Cert, identity.Key)
	if err != nil {
		return nil, err
	}
	transport := &http.Transport{
		ForceAttemptHTTP2: true,
		TLSClientConfig:   &tls.Config{RootCAs: pool, Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12},
	}
	return &Client{http: &http.Client{Transport: transport, Timeout: timeout}, watching: &http.Client{Transport: transport}}, nil
}

// Raw returns the body at path. A response other than 2xx is an error that quotes it.
func (c *Client) Raw(ctx context.Context, path string) (string, error) {
	body, err := c.send(ctx, http.MethodGet, path, "", nil)
	return string(body), err
}

// Get decodes the object at path.
func (c *Client) Get(ctx context.Context, path string, into any) error {
	body, err := c.Raw(ctx, path)
	if err != nil {
		return err
	}
	return json.Unmarshal([]byte(body), into)
}

func firstLine(body []byte) string {
	line, _, _ := strings.Cut(strings.TrimSpace(string(body)), "\n")
	return line[:min(len(line), 200)]
}
