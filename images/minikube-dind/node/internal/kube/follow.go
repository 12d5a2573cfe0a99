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

// retry is the pause after an error, of the API server or of what was done.
const retry = time.Second

// Follow calls act with the lists at paths, and again after each change of one of them, until the context ends. An act that failed is
// tried again, so it has to take the lists for the truth and not for news. What went wrong is told to say.
func (c *Client) Follow(ctx context.Context, say func(error), paths []string, act func(ctx context.Context, lists [][]byte) error) {
	for ctx.Err() == nil {
		if err := c.once(ctx, paths, act); err != nil && ctx.Err() == nil {
			if !IsStatus(err, http.StatusConflict) { // somebody else was quicker: the next look sees it
				say(err)
			}
			select {
			case <-ctx.Done():
			case <-time.After(retry):
			}
		}
	}
}

// once acts on the lists as they are, and returns when one has changed since.
func (c *Client) once(ctx context.Context, paths []string, act func(context.Context, [][]byte) error) error {
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
	return c.anyChange(ctx, paths, versions)
}

func (c *Client) anyChange(ctx context.Context, paths, versions []string) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var all sync.WaitGroup
	errs := make([]error, len(paths))
	for i, path := range paths {
		all.Go(func() {
			defer cancel() // the first change ends the other watches
			errs[i] = c.change(ctx, path, versions[i])
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

// change returns when the collection has changed since version, or after some minutes: the API server ends every watch.
func (c *Client) change(ctx context.Context, path, version string) error {
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
