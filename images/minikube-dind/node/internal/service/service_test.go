package service

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

func TestStartingWaitsUntilTheSupervisorReadsItsFIFO(t *testing.T) {
	directory := t.TempDir()
	waits := func(while string) {
		t.Helper()
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		defer cancel()
		if err := supervised(ctx, directory); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s: got %v", while, err)
		}
	}
	waits("nothing exists yet")
	if err := os.Mkdir(filepath.Join(directory, "supervise"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(directory, "supervise/lock"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	waits("only the lock exists")
	control := filepath.Join(directory, "supervise/control")
	if err := syscall.Mkfifo(control, 0o600); err != nil {
		t.Fatal(err)
	}
	waits("the FIFO exists and nothing reads it")
	reader, err := os.OpenFile(control, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	if err := supervised(t.Context(), directory); err != nil {
		t.Errorf("the FIFO is read: got %v", err)
	}
}
