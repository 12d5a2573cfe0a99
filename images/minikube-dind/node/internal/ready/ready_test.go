package ready

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

func TestACheckIsRepeatedUntilItPasses(t *testing.T) {
	checks := 0
	err := Await(t.Context(), time.Millisecond, func(context.Context) error {
		checks++
		if checks < 3 {
			return errors.New("not yet")
		}
		return nil
	})
	if err != nil || checks != 3 {
		t.Errorf("got %v after %d checks", err, checks)
	}
}

func TestTheLastErrorIsReturnedWhenTheTimeIsUp(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	reason := errors.New("connection refused")
	if err := Await(ctx, time.Millisecond, func(context.Context) error { return reason }); !errors.Is(err, reason) {
		t.Errorf("got %v", err)
	}
}

func TestOnlyStatusOKIsASuccess(t *testing.T) {
	code := http.StatusServiceUnavailable
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }))
	defer server.Close()
	if err := answers(t.Context(), server.Client(), server.URL); err == nil {
		t.Error("503 is accepted")
	}
	code = http.StatusOK
	if err := answers(t.Context(), server.Client(), server.URL); err != nil {
		t.Error(err)
	}
}
