package ready

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

func TestACheckIsRepeatedUntilItIsTrue(t *testing.T) {
	looks := 0
	err := Await(t.Context(), time.Millisecond, func(context.Context) error {
		looks++
		if looks < 3 {
			return errors.New("not yet")
		}
		return nil
	})
	if err != nil || looks != 3 {
		t.Errorf("got %v after %d looks", err, looks)
	}
}

func TestWhenTheTimeIsOverTheLastReasonIsTold(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	reason := errors.New("connection refused")
	if err := Await(ctx, time.Millisecond, func(context.Context) error { return reason }); !errors.Is(err, reason) {
		t.Errorf("got %v", err)
	}
}

func TestOnlyOKIsAnAnswer(t *testing.T) {
	code := http.StatusServiceUnavailable
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }))
	defer server.Close()
	if err := answers(t.Context(), server.Client(), server.URL); err == nil {
		t.Error("503 is taken for an answer")
	}
	code = http.StatusOK
	if err := answers(t.Context(), server.Client(), server.URL); err != nil {
		t.Error(err)
	}
}
