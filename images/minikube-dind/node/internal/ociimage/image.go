// Package ociimage packs programs as images, the same bytes each time.
package ociimage

import (
	"bytes"
	"io"
	"os"
)

// Image is an image made of layers that others may share.
type Image struct {
	Reference  string
	Layers     []*Layer
	Entrypoint []string
	User       string
	Env        []string
}

// Layer is the files of one layer, in the order in which they are written.
type Layer struct {
	Files  []File
	digest string // of its tar, once it was written
}

// File is a program or library in a layer; with Target it is a link.
type File struct {
	Path   string // without the leading slash
	Target string
	Mode   int64
	Size   int64
	Open   func() (io.ReadCloser, error)
}

// Bytes is a file whose content is at hand.
func Bytes(path string, content []byte, mode int64) File {
	return File{Path: path, Mode: mode, Size: int64(len(content)), Open: func() (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader(content)), nil
	}}
}

// FromDisk is a file of this machine, read when the image is written.
func FromDisk(path, source string) (File, error) {
	info, err := os.Stat(source)
	if err != nil {
		return File{}, err
	}
	return File{Path: path, Mode: 0o755, Size: info.Size(), Open: func() (io.ReadCloser, error) { return os.Open(source) }}, nil
}

// Link is a symbolic link.
func Link(path, target string) File { return File{Path: path, Target: target, Mode: 0o777} }
