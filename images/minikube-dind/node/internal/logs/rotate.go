// Package logs keeps the programs' logs from filling the disk in a long session.
package logs

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"time"
)

const (
	// Pattern matches the logs. Every program appends to its own, so it continues at the beginning of a file
	// that was emptied.
	Pattern = "/var/log/*.log"
	// Earlier is the suffix of the previous part of a log.
	Earlier = ".1"
	most    = 8 << 20 // bytes in a log; with its previous part, twice that
	every   = 30 * time.Second
)

// Serve keeps each log below its limit until the context ends.
func Serve(ctx context.Context, report func(error)) {
	for {
		if err := rotateAll(Pattern, most); err != nil {
			report(err)
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

// rotate copies a log and empties it, as logrotate's copytruncate does, because its program keeps it open.
// Lines written between the copy and the truncation are lost.
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
