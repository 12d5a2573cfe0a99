package kube

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

func TestTheStatusCodeIsFoundAmongOtherErrors(t *testing.T) {
	conflict := &Status{Path: "/x", Text: "409 Conflict", Code: 409}
	if !IsStatus(errors.Join(errors.New("other"), fmt.Errorf("writing: %w", conflict)), 409) {
		t.Error("a conflict is not seen")
	}
	if IsStatus(conflict, 404) || IsStatus(errors.New("409"), 409) || IsStatus(nil, 409) {
		t.Error("another error is taken for a conflict")
	}
}

func TestAResponseIsQuotedByTheStartOfItsFirstLine(t *testing.T) {
	if got := firstLine([]byte("\n forbidden\nmore")); got != "forbidden" {
		t.Errorf("got %q", got)
	}
	if got := firstLine([]byte(strings.Repeat("x", 1000))); len(got) != 200 {
		t.Errorf("got %d characters", len(got))
	}
}
