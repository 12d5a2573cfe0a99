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

// Source holds the service directories as built into the image, Directory those that s6-svscan runs: s6 keeps its state in them.
const (
	Source    = "/etc/istio-ci/services"
	Directory = "/run/service"
)

// Install copies the service directories to where s6 runs them.
func Install() error {
	if err := os.CopyFS(Directory, os.DirFS(Source)); err != nil {
		return err
	}
	// CopyFS sets at least 0666 less the umask: scripts have to stay executable.
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

// Up starts services and returns at once. s6-svscan starts its supervisors in parallel with us, so a service whose supervisor does not
// listen yet is waited for.
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

// listens is true where s6-svc reaches a supervisor. s6-svok is true some moments earlier: it looks at the lock, which a supervisor takes
// before it makes its FIFO, and on a busy machine s6-svc then failed on one boot in a hundred.
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

// End makes PID 1 stop at once, and with it every process of the container.
func End(ctx context.Context) error {
	_, err := system.Run(ctx, "s6-svscanctl", "-b", Directory)
	return err
}
