package ociimage

import (
	"archive/tar"
	"bytes"
	"encoding/json"
	"io"
	"testing"
)

func TestTheSameProgramIsTheSameBytes(t *testing.T) {
	first, err := Archive("localhost/x:1", []byte("program"))
	if err != nil {
		t.Fatal(err)
	}
	second, err := Archive("localhost/x:1", []byte("program"))
	if err != nil || !bytes.Equal(first, second) {
		t.Error("two archives of one program differ", err)
	}
}

func TestTheManifestNamesTheReferenceAndFilesThatAreThere(t *testing.T) {
	archive, err := Archive("localhost/x:1", []byte("program"))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	for r := tar.NewReader(bytes.NewReader(archive)); ; {
		header, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if files[header.Name], err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
	}
	var manifest []struct {
		Config   string
		RepoTags []string
		Layers   []string
	}
	if err := json.Unmarshal(files["manifest.json"], &manifest); err != nil {
		t.Fatal(err)
	}
	var config struct {
		Rootfs struct {
			DiffIDs []string `json:"diff_ids"`
		}
	}
	if err := json.Unmarshal(files[manifest[0].Config], &config); err != nil {
		t.Fatal(err)
	}
	if manifest[0].RepoTags[0] != "localhost/x:1" || config.Rootfs.DiffIDs[0] != "sha256:"+digest(files[manifest[0].Layers[0]]) {
		t.Errorf("got %+v, %+v", manifest, config)
	}
}
