package seed

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// Etcd is the URL of an etcd server, which serves JSON beside gRPC (etcd's grpc-gateway).
type Etcd string

func (e Etcd) all(ctx context.Context, prefix string) ([]entry, error) {
	end := []byte(prefix)
	end[len(end)-1]++ // the first key after all with the prefix, as etcd's own clients ask
	var answer struct {
		KVs []entry `json:"kvs"`
	}
	err := e.post(ctx, "/v3/kv/range", map[string]any{"key": []byte(prefix), "range_end": end}, &answer)
	return answer.KVs, err
}

func (e Etcd) put(ctx context.Context, entries []entry) error {
	type operation struct {
		Put entry `json:"requestPut"`
	}
	var operations []operation
	for _, one := range entries {
		operations = append(operations, operation{one})
	}
	return e.post(ctx, "/v3/kv/txn", map[string]any{"success": operations}, nil)
}

func (e Etcd) post(ctx context.Context, path string, question, answer any) error {
	body, err := json.Marshal(question)
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, string(e)+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("etcd returned %s for %s: %s", response.Status, path, strings.TrimSpace(string(content)))
	}
	if answer == nil {
		return nil
	}
	return json.Unmarshal(content, answer)
}
