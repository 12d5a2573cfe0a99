package ociimage

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"slices"
	"strings"
	"testing"
)

func write(t *testing.T, images ...Image) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := Write(&out, images...); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func image(reference string, layers ...*Layer) Image {
	return Image{Reference: reference, Layers: layers, Entrypoint: []string{"/program"}, User: "1:1"}
}

func layer(content string) *Layer {
	return &Layer{Files: []File{Bytes("program", []byte(content), 0o755), Link("link", "program")}}
}

// read returns the files of a tar by name, and their names in order.
func read(t *testing.T, archive []byte) (files map[string][]byte, names []string) {
	t.Helper()
	files = map[string][]byte{}
	for r := tar.NewReader(bytes.NewReader(archive)); ; {
		header, err := r.Next()
		if err == io.EOF {
			return files, names
		}
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, header.Name)
		if files[header.Name], err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
	}
}

type manifest []struct {
	Config   string
	RepoTags []string
	Layers   []string
}

func readManifest(t *testing.T, files map[string][]byte) manifest {
	t.Helper()
	var m manifest
	if err := json.Unmarshal(files["manifest.json"], &m); err != nil {
		t.Fatal(err)
	}
	return m
}

func TestTheSameProgramGivesTheSameBytes(t *testing.T) {
	if !bytes.Equal(write(t, image("localhost/x:1", layer("a"))), write(t, image("localhost/x:1", layer("a")))) {
		t.Error("two archives of one program differ")
	}
}

func TestTheManifestNamesTheReferenceAndExistingFiles(t *testing.T) {
	files, _ := read(t, write(t, image("localhost/x:1", layer("a"))))
	m := readManifest(t, files)
	var config struct {
		Config struct{ Entrypoint []string }
		Rootfs struct {
			DiffIDs []string `json:"diff_ids"`
		}
	}
	if err := json.Unmarshal(files[m[0].Config], &config); err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(files[m[0].Layers[0]])
	if m[0].RepoTags[0] != "localhost/x:1" || config.Rootfs.DiffIDs[0] != "sha256:"+hex.EncodeToString(sum[:]) {
		t.Errorf("got %+v, %+v", m, config)
	}
	if !slices.Equal(config.Config.Entrypoint, []string{"/program"}) {
		t.Errorf("got %+v", config)
	}
	content, names := read(t, files[m[0].Layers[0]])
	if string(content["program"]) != "a" || !slices.Equal(names, []string{"program", "link"}) {
		t.Errorf("the layer has %q", names)
	}
}

func TestASharedLayerIsWrittenOnce(t *testing.T) {
	shared := layer("shared")
	archive := write(t, image("a:1", shared), image("b:1", shared, layer("own")), image("c:1", layer("shared")))
	files, names := read(t, archive)
	m := readManifest(t, files)
	if m[0].Layers[0] != m[1].Layers[0] || m[0].Layers[0] != m[2].Layers[0] || len(m[1].Layers) != 2 {
		t.Errorf("got %+v", m)
	}
	if unique := slices.Compact(slices.Sorted(slices.Values(names))); len(unique) != len(names) {
		t.Errorf("a file is written twice: %q", names)
	}
}

func TestAMissingProgramIsAnError(t *testing.T) {
	if _, err := FromDisk("x", "/no/such/program"); err == nil {
		t.Error("a missing program was accepted")
	}
}

func TestAProgramIsPackedWithItsLinkerAndLibraries(t *testing.T) {
	files, err := WithLibraries("/bin/sh")
	if err != nil {
		t.Fatal(err)
	}
	var paths []string
	for _, file := range files {
		paths = append(paths, file.Path)
	}
	if all := strings.Join(paths, " "); !strings.Contains(all, "bin/sh") || !strings.Contains(all, "libc.so.6") || !strings.Contains(all, "ld-linux") {
		t.Errorf("got %s", all)
	}
}
