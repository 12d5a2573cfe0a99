// Package system holds helpers for files and processes.
package system

import (
	"os"
	"path/filepath"
)

// WriteFile writes a file by a rename, so that readers never see half of it. Missing folders are created.
func WriteFile(path string, content []byte, mode os.FileMode) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(content)
	if err == nil {
		err = f.Chmod(mode)
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// Tail returns the last n lines of a file, or none if it cannot be read.
func Tail(path string, n int) []string {
	const window = 64 << 10
	f, err := os.Open(path)
	if err != nil {
		return nil
	}
	defer f.Close()
	size, err := f.Seek(0, 2)
	if err != nil {
		return nil
	}
	start := max(0, size-window)
	content := make([]byte, size-start)
	if _, err := f.ReadAt(content, start); err != nil {
		return nil
	}
	return lastLines(string(content), n)
}
