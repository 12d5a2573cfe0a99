package kube

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
)

// Status is a response of the API server other than 2xx.
type Status struct {
	Path, Text, Body string
	Code             int
}

func (s *Status) Error() string { return fmt.Sprintf("%s returned %s: %s", s.Path, s.Text, s.Body) }

// IsStatus reports whether the API server responded with this HTTP code.
func IsStatus(err error, code int) bool {
	status, ok := errors.AsType[*Status](err)
	return ok && status.Code == code
}

// Create creates an object in the collection at path. It is not an error if the object exists.
func (c *Client) Create(ctx context.Context, path string, object any) error {
	_, err := c.send(ctx, http.MethodPost, path, "application/json", object)
	if IsStatus(err, http.StatusConflict) {
		return nil
	}
	return err
}

// Merge applies a JSON merge patch (RFC 7386) to the object at path. If the patch has a
// metadata.resourceVersion, an object that has changed since is left alone.
func (c *Client) Merge(ctx context.Context, path string, patch any) error {
	_, err := c.send(ctx, http.MethodPatch, path, "application/merge-patch+json", patch)
	return err
}

// Delete removes the object at path. It is not an error if there is none.
func (c *Client) Delete(ctx context.Context, path string) error {
	_, err := c.send(ctx, http.MethodDelete, path, "", nil)
	if IsStatus(err, http.StatusNotFound) {
		return nil
	}
	return err
}

// send returns the body of the response. A response other than 2xx is a *Status that quotes it.
func (c *Client) send(ctx context.Context, method, path, contentType string, object any) ([]byte, error) {
	var content io.Reader
	if object != nil {
		encoded, err := json.Marshal(object)
		if err != nil {
			return nil, err
		}
		content = bytes.NewReader(encoded)
	}
	request, err := http.NewRequestWithContext(ctx, method, Server+path, content)
	if err != nil {
		return nil, err
	}
	if contentType != "" {
		request.Header.Set("Content-Type", contentType)
	}
	response, err := c.http.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	if response.StatusCode/100 != 2 {
		return nil, &Status{Path: path, Text: response.Status, Body: firstLine(body), Code: response.StatusCode}
	}
	return body, nil
}
