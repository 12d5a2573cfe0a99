package system

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestTheAgeOfAProcessIsReadWhateverItsName(t *testing.T) {
	stat := "1 (a (strange) name) S 0 1 1 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 123456 1 2"
	got, err := age(stat, "1240.56 99.9\n")
	if err != nil || got != 6*time.Second {
		t.Errorf("got %s, %v", got, err)
	}
}

func TestAnUnreadableAgeIsAnError(t *testing.T) {
	for _, stat := range []string{"", "1 (init) S 0", "1 (init) S" + strings.Repeat(" x", 30)} {
		if _, err := age(stat, "1.0 1.0"); err == nil {
			t.Errorf("%q is accepted", stat)
		}
	}
}

func TestTailReturnsTheLastLines(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log")
	long := strings.Repeat("x", 70<<10) + "\nlast but one\nlast\n"
	if err := os.WriteFile(path, []byte(long), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := Tail(path, 2); !slices.Equal(got, []string{"last but one", "last"}) {
		t.Errorf("got %q", got)
	}
	if got := Tail(path+".none", 2); got != nil {
		t.Errorf("a missing log has %q", got)
	}
}

func TestWriteFileSetsTheModeAndLeavesNoTemporaryFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new", "file")
	for _, text := range []string{"first", "second"} {
		if err := WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	content, err := os.ReadFile(path)
	info, _ := os.Stat(path)
	if err != nil || string(content) != "second" || info.Mode().Perm() != 0o600 {
		t.Errorf("got %q, %v, %v", content, info.Mode(), err)
	}
	if entries, _ := os.ReadDir(filepath.Dir(path)); len(entries) != 1 {
		t.Errorf("other files are left: %v", entries)
	}
}

func TestTheErrorOfAFailedProgramQuotesItsOutput(t *testing.T) {
	out, err := Run(t.Context(), "sh", "-c", "echo partly; echo reason >&2; exit 3")
	if out != "partly\n" || err == nil || !strings.Contains(err.Error(), "reason") {
		t.Errorf("got %q, %v", out, err)
	}
	if out, err := RunInput(t.Context(), "given", "cat"); out != "given" || err != nil {
		t.Errorf("got %q, %v", out, err)
	}
}
