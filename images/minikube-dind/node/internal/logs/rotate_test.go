package logs

import (
	"os"
	"path/filepath"
	"testing"
)

func TestALongLogIsRotatedAndItsWriterContinues(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.log")
	writer, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o644)
	if err != nil {
		t.Fatal(err)
	}
	defer writer.Close()
	for _, text := range []string{"first\n", "second\n", "third\n"} {
		if _, err := writer.WriteString(text); err != nil {
			t.Fatal(err)
		}
		if text == "third\n" {
			break
		}
		if err := rotateAll(filepath.Join(filepath.Dir(path), "*.log"), 3); err != nil {
			t.Fatal(err)
		}
	}
	for name, want := range map[string]string{path: "third\n", path + Earlier: "second\n"} {
		if got, err := os.ReadFile(name); err != nil || string(got) != want {
			t.Errorf("%s holds %q, %v", filepath.Base(name), got, err)
		}
	}
}

func TestAShortLogIsLeftAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.log")
	if err := os.WriteFile(path, []byte("abc"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := rotateAll(path, 3); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path + Earlier); err == nil {
		t.Error("it was rotated")
	}
}
