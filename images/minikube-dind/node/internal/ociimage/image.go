// Package ociimage packs programs as container images, reproducibly.
package ociimage

import (
	"bytes"
	"io"
	"os"
)

// Image is a container image. Its layers may be shared with others.
type Image struct {
	Reference  string
	Layers     []*Layer
	Entrypoint []string
	User       string
	Env        []string
}

// Layer is the files of a layer, in the order in which they are written.
type Layer struct {
	Files  []File
	digest string // of its tar; set when it is written
}

// File is a program or library in a layer, or a link if Target is set.
type File struct {
	Path   string // without the leading slash
	Target string
	Mode   int64
	Size   int64
	Open   func() (io.ReadCloser, error)
}

// Bytes returns a file with this content.
func Bytes(path string, content []byte, mode int64) File {
	return File{Path: path, Mode: mode, Size: int64(len(content)), Open: func() (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader(content)), nil
	}}
}

// FromDisk returns a file of this machine. It is read when the image is written.
func FromDisk(path, source string) (File, error) {
	info, err := os.Stat(source)
	if err != nil {
		return File{}, err
	}
	return File{Path: path, Mode: 0o755, Size: info.Size(), Open: func() (io.ReadCloser, error) { return os.Open(source) }}, nil
}

// Link returns a symbolic link.
func Link(path, target string) File { return File{Path: path, Target: target, Mode: 0o777} }
