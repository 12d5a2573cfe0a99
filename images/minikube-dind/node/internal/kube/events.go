package kube

import (
	"context"
	"time"
)

// Reference names the object of an event.
type Reference struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Namespace  string `json:"namespace"`
	Name       string `json:"name"`
	UID        string `json:"uid"`
}

// RecordEvent creates an event, which `kubectl describe` shows. kind is Normal or Warning.
func (c *Client) RecordEvent(ctx context.Context, about Reference, kind, reason, message string) error {
	now := time.Now().UTC().Format(time.RFC3339)
	return c.Create(ctx, "/api/v1/namespaces/"+about.Namespace+"/events", map[string]any{
		"metadata":       map[string]any{"generateName": about.Name + ".", "namespace": about.Namespace},
		"involvedObject": about, "type": kind, "reason": reason, "message": message,
		"source": map[string]any{"component": "istio-ci-node"}, "firstTimestamp": now, "lastTimestamp": now, "count": 1,
	})
}
