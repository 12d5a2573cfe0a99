package kube

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// Ready returns nil if the API server reports that it is ready, including its post-start hooks.
func (c *Client) Ready(ctx context.Context) error {
	_, err := c.Raw(ctx, "/readyz")
	return err
}

// Serving returns nil as soon as the API server answers requests at all.
func (c *Client) Serving(ctx context.Context) error {
	_, err := c.Raw(ctx, "/version")
	return err
}

// Version returns the version that the API server reports, like v1.37.2.
func (c *Client) Version(ctx context.Context) (string, error) {
	var version struct{ GitVersion string }
	err := c.Get(ctx, "/version", &version)
	return version.GitVersion, err
}

type node struct {
	Spec struct {
		Taints []struct{ Key string }
	}
	Status struct {
		Conditions []struct{ Type, Status, Message string }
	}
}

// NodeReady returns nil if the node is Ready and pods can be scheduled on it.
func (c *Client) NodeReady(ctx context.Context, name string) error {
	var n node
	if err := c.Get(ctx, "/api/v1/nodes/"+name, &n); err != nil {
		return err
	}
	return n.ready()
}

func (n node) ready() error {
	for _, taint := range n.Spec.Taints {
		if strings.HasPrefix(taint.Key, "node.kubernetes.io/") {
			return fmt.Errorf("the node is tainted %s", taint.Key)
		}
	}
	for _, condition := range n.Status.Conditions {
		if condition.Type != "Ready" {
			continue
		}
		if condition.Status == "True" {
			return nil
		}
		return fmt.Errorf("the node's Ready is %s: %s", condition.Status, condition.Message)
	}
	return errors.New("the node has no Ready condition yet")
}

// ServiceAccountReady returns nil if pods can be created in the namespace default. They need its service
// account `default`, and the authority's certificate as a ConfigMap (kubernetes#66689).
func (c *Client) ServiceAccountReady(ctx context.Context) error {
	if _, err := c.Raw(ctx, "/api/v1/namespaces/default/serviceaccounts/default"); err != nil {
		return err
	}
	_, err := c.Raw(ctx, "/api/v1/namespaces/default/configmaps/kube-root-ca.crt")
	return err
}
