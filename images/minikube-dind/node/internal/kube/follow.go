package kube

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"
)

// retry is the pause after an error of the API server or of act.
const retry = time.Second

// Follow calls act with the lists at paths, and again after each change in one of them, until the context
// ends. A failed act is tried again, so it must work from the whole lists and not from what is new in them.
// Errors are passed to report.
func (c *Client) Follow(ctx context.Context, report func(error), paths []string, act func(ctx context.Context, lists [][]byte) error) {
	for ctx.Err() == nil {
		if err := c.actOnce(ctx, paths, act); err != nil && ctx.Err() == nil {
			if !IsStatus(err, http.StatusConflict) { // another writer was faster: the next list shows its change
				report(err)
			}
			select {
			case <-ctx.Done():
			case <-time.After(retry):
			}
		}
	}
}

// actOnce acts on the current lists and returns when one of them has changed.
func (c *Client) actOnce(ctx context.Context, paths []string, act func(context.Context, [][]byte) error) error {
	lists := make([][]byte, len(paths))
	versions := make([]string, len(paths))
	for i, path := range paths {
		body, err := c.send(ctx, http.MethodGet, path, "", nil)
		if err != nil {
			return err
		}
		var list struct {
			Metadata struct{ ResourceVersion string }
		}
		if err := json.Unmarshal(body, &list); err != nil {
			return err
		}
		lists[i], versions[i] = body, list.Metadata.ResourceVersion
	}
	if err := act(ctx, lists); err != nil {
		return err
	}
	return c.waitForAnyChange(ctx, paths, versions)
}

func (c *Client) waitForAnyChange(ctx context.Context, paths, versions []string) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var all sync.WaitGroup
	errs := make([]error, len(paths))
	for i, path := range paths {
		all.Go(func() {
			defer cancel() // the first change ends the other watches
			errs[i] = c.waitForChange(ctx, path, versions[i])
		})
	}
	all.Wait()
	for _, err := range errs {
		if err != nil && !errors.Is(err, context.Canceled) {
			return err
		}
	}
	return nil
}

// waitForChange returns when the collection has changed since version. It also returns after some minutes,
// when the API server ends the watch.
func (c *Client) waitForChange(ctx context.Context, path, version string) error {
	separator := "?"
	if strings.Contains(path, "?") {
		separator = "&"
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, Server+path+separator+"watch=1&resourceVersion="+version, nil)
	if err != nil {
		return err
	}
	response, err := c.watching.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return &Status{Path: path, Text: response.Status, Code: response.StatusCode}
	}
	if _, err = response.Body.Read(make([]byte, 1)); errors.Is(err, io.EOF) {
		return nil
	}
	return err
}
