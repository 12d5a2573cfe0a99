// Package logs keeps the programs' logs from filling the disk of a session that lives long.
package logs

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"time"
)

const (
	// Pattern finds the logs: every program appends to its own, so that a log that was emptied goes on at its beginning.
	Pattern = "/var/log/*.log"
	// Earlier is added to the name of a log for the one before it.
	Earlier = ".1"
	most    = 8 << 20 // bytes of a log; with the one before it, twice that
	every   = 30 * time.Second
)

// Serve keeps each log below its size until the context ends.
func Serve(ctx context.Context, say func(error)) {
	for {
		if err := rotateAll(Pattern, most); err != nil {
			say(err)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(every):
		}
	}
}

func rotateAll(pattern string, most int64) error {
	paths, err := filepath.Glob(pattern)
	if err != nil {
		return err
	}
	for _, path := range paths {
		info, err := os.Stat(path)
		if err == nil && info.Size() > most {
			err = rotate(path)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// rotate copies a log and empties it, as logrotate's copytruncate does: its program keeps it open. What is written between the end of
// the copy and the emptying is lost.
func rotate(path string) error {
	log, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	defer log.Close()
	earlier, err := os.Create(path + Earlier)
	if err != nil {
		return err
	}
	defer earlier.Close()
	if _, err := io.Copy(earlier, log); err != nil {
		return err
	}
	return log.Truncate(0)
}
