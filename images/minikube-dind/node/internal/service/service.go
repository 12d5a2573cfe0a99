// Package service runs the node's programs under s6.
package service

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"istio-ci/node/internal/system"
)

// Source holds the service directories of the image. Directory holds those that s6-svscan runs, with the
// state of s6.
const (
	Source    = "/etc/istio-ci/services"
	Directory = "/run/service"
)

// Install copies the service directories to where s6 runs them.
func Install() error {
	if err := os.CopyFS(Directory, os.DirFS(Source)); err != nil {
		return err
	}
	// CopyFS applies the umask, so restore the modes of the image: scripts must stay executable.
	return filepath.WalkDir(Source, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(Source, path)
		if err != nil {
			return err
		}
		return os.Chmod(filepath.Join(Directory, relative), info.Mode().Perm())
	})
}

// Up starts services and returns at once. s6-svscan starts the supervisors in parallel with us, so Up waits
// for a supervisor that does not listen yet.
func Up(ctx context.Context, names ...string) error {
	for _, name := range names {
		directory := filepath.Join(Directory, name)
		if err := supervised(ctx, directory); err != nil {
			return err
		}
		if _, err := system.Run(ctx, "s6-svc", "-u", directory); err != nil {
			return err
		}
	}
	return nil
}

func supervised(ctx context.Context, directory string) error {
	for {
		if listening, err := listens(directory); listening || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(2 * time.Millisecond):
		}
	}
}

// listens reports whether s6-svc can reach a supervisor. s6-svok succeeds too early: it checks the lock,
// which a supervisor takes before it creates its FIFO. On a busy machine s6-svc then failed in one boot of a
// hundred.
func listens(directory string) (bool, error) {
	fifo, err := os.OpenFile(filepath.Join(directory, "supervise/control"), os.O_WRONLY|syscall.O_NONBLOCK, 0)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENXIO) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return true, fifo.Close()
}

// End stops PID 1 at once, and with it every process of the container.
func End(ctx context.Context) error {
	_, err := system.Run(ctx, "s6-svscanctl", "-b", Directory)
	return err
}
