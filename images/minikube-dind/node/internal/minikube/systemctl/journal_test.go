package systemctl

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestJournalctlPrintsTheUnitsLog(t *testing.T) {
	folder := t.TempDir()
	logPath := func(name string) string { return filepath.Join(folder, name+".log") }
	for name, content := range map[string]string{"kubelet": "one\ntwo\nthree\n", "docker": "four\n"} {
		if err := os.WriteFile(logPath(name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for line, want := range map[string]string{
		"--no-pager -u kubelet":          "one\ntwo\nthree\n",
		"-u kubelet -n 2":                "two\nthree\n",
		"-xeu kubelet":                   "one\ntwo\nthree\n",
		"--unit=kubelet -n1":             "three\n",
		"-u docker -u kubelet --lines=1": "four\nthree\n",
		"-u other":                       "-- No entries --\n",
	} {
		var out, errs bytes.Buffer
		if code := Journal(t.Context(), strings.Fields(line), logPath, &out, &errs); code != 0 || out.String() != want {
			t.Errorf("%s: got %d, %q, %q", line, code, out.String(), errs.String())
		}
	}
	for _, line := range []string{"", "-u", "-u kubelet -n many", "--since today -u kubelet", "-b -u kubelet", "kubelet"} {
		var out, errs bytes.Buffer
		if code := Journal(t.Context(), strings.Fields(line), logPath, &out, &errs); code == 0 || errs.Len() == 0 {
			t.Errorf("%s: got %d, %q", line, code, errs.String())
		}
	}
}

func TestJournalctlFollowsTheLogUntilItIsCancelled(t *testing.T) {
	file := filepath.Join(t.TempDir(), "kubelet.log")
	if err := os.WriteFile(file, []byte("one\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	out, in := io.Pipe()
	ended := make(chan int)
	go func() {
		ended <- Journal(ctx, []string{"-fu", "kubelet"}, func(string) string { return file }, in, io.Discard)
	}()
	lines := bufio.NewScanner(out)
	for _, want := range []string{"one", "two"} {
		if !lines.Scan() || lines.Text() != want {
			t.Errorf("got %q", lines.Text())
		}
		appendTo(t, file, "two\n")
	}
	cancel()
	go func() { _, _ = io.Copy(io.Discard, out) }()
	if code := <-ended; code != 0 {
		t.Errorf("got %d", code)
	}
}

func appendTo(t *testing.T, path, text string) {
	t.Helper()
	file, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if _, err := file.WriteString(text); err != nil {
		t.Fatal(err)
	}
}
