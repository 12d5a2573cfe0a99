package ociimage

import (
	"archive/tar"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"runtime"
	"time"
)

// epoch is every time stamp in an image, so that the same programs give the same bytes.
var epoch = time.Unix(0, 0).UTC()

// Write writes an archive for `docker load` and `ctr images import`. A layer that several images share is
// written once. Files are read twice, for the layer's digest and for its content, and never held in memory.
func Write(w io.Writer, images ...Image) error {
	archive := tar.NewWriter(w)
	written := map[string]bool{}
	var manifest []map[string]any
	for _, image := range images {
		entry, err := writeImage(archive, image, written)
		if err != nil {
			return err
		}
		manifest = append(manifest, entry)
	}
	if err := writeJSON(archive, "manifest.json", manifest); err != nil {
		return err
	}
	return archive.Close()
}

func writeImage(archive *tar.Writer, image Image, written map[string]bool) (map[string]any, error) {
	var names, digests []string
	var history []map[string]any
	for _, layer := range image.Layers {
		name, err := writeLayer(archive, layer, written)
		if err != nil {
			return nil, err
		}
		names, digests = append(names, name), append(digests, "sha256:"+layer.digest)
		history = append(history, map[string]any{"created": epoch, "created_by": "istio-ci-node"})
	}
	config, err := json.Marshal(map[string]any{
		"architecture": runtime.GOARCH,
		"os":           "linux",
		"created":      epoch,
		"config":       map[string]any{"Entrypoint": image.Entrypoint, "User": image.User, "Env": image.Env},
		"rootfs":       map[string]any{"type": "layers", "diff_ids": digests},
		"history":      history,
	})
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(config)
	name := hex.EncodeToString(sum[:]) + ".json"
	if !written[name] {
		written[name] = true
		if err := writeFile(archive, Bytes(name, config, 0o644)); err != nil {
			return nil, err
		}
	}
	return map[string]any{"Config": name, "RepoTags": []string{image.Reference}, "Layers": names}, nil
}

func writeLayer(archive *tar.Writer, layer *Layer, written map[string]bool) (string, error) {
	if layer.digest != "" {
		return layer.digest + ".tar", nil
	}
	size := &counter{}
	hash := sha256.New()
	if err := layer.tar(io.MultiWriter(hash, size)); err != nil {
		return "", err
	}
	layer.digest = hex.EncodeToString(hash.Sum(nil))
	name := layer.digest + ".tar"
	if written[name] { // another layer with the same files
		return name, nil
	}
	written[name] = true
	if err := archive.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: size.bytes, ModTime: epoch}); err != nil {
		return "", err
	}
	return name, layer.tar(archive)
}

func (l *Layer) tar(w io.Writer) error {
	out := tar.NewWriter(w)
	for _, file := range l.Files {
		if err := writeFile(out, file); err != nil {
			return err
		}
	}
	return out.Close()
}

func writeFile(out *tar.Writer, file File) error {
	header := &tar.Header{Name: file.Path, Mode: file.Mode, Size: file.Size, ModTime: epoch, Linkname: file.Target}
	if file.Target != "" {
		header.Typeflag = tar.TypeSymlink
		return out.WriteHeader(header)
	}
	content, err := file.Open()
	if err != nil {
		return err
	}
	defer content.Close()
	if err := out.WriteHeader(header); err != nil {
		return err
	}
	_, err = io.Copy(out, content)
	return err
}

func writeJSON(out *tar.Writer, name string, value any) error {
	content, err := json.Marshal(value)
	if err != nil {
		return err
	}
	return writeFile(out, Bytes(name, content, 0o644))
}

type counter struct{ bytes int64 }

func (c *counter) Write(content []byte) (int, error) {
	c.bytes += int64(len(content))
	return len(content), nil
}
