package systemctl

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
)

// journal is a call of journalctl.
type journal struct {
	units  []string
	lines  int // 0: all
	follow bool
}

// Options of journalctl(1) that minikube and kubeadm use or recommend, by their effect here. -x, -e and the
// pager change nothing when a whole file is printed.
const (
	journalFlags  = "xef"
	journalValues = "un"
)

var longJournal = map[string]string{
	"--no-pager": "x", "--catalog": "x", "--pager-end": "e", "--follow": "f", "--unit": "u", "--lines": "n",
}

// parseJournal reads a command line. Short options may be combined: `-xeu kubelet`, `--unit=kubelet -n 5`.
func parseJournal(arguments []string) (journal, error) {
	var j journal
	for i := 0; i < len(arguments); i++ {
		name, value, joined := strings.Cut(arguments[i], "=")
		letters, known := longJournal[name]
		if short, isShort := strings.CutPrefix(arguments[i], "-"); !known && isShort && !strings.HasPrefix(short, "-") {
			letters, value, joined = short, "", false
			if at := strings.IndexAny(short, journalValues); at >= 0 {
				letters, value, joined = short[:at+1], short[at+1:], at+1 < len(short)
			}
			known = strings.Trim(letters, journalFlags+journalValues) == ""
		}
		if !known || letters == "" {
			return j, fmt.Errorf("unrecognized option '%s'; this journalctl supports -u UNIT, -n LINES, -f, -x, -e, --no-pager", arguments[i])
		}
		last := letters[len(letters)-1]
		if strings.IndexByte(journalValues, last) >= 0 && !joined {
			i++
			if i == len(arguments) {
				return j, fmt.Errorf("option '%s' needs a value", name)
			}
			value = arguments[i]
		}
		j.follow = j.follow || strings.Contains(letters, "f")
		switch last {
		case 'u':
			j.units = append(j.units, value)
		case 'n':
			count, err := strconv.Atoi(value)
			if err != nil || count < 0 {
				return j, fmt.Errorf("%q is not a number of lines", value)
			}
			j.lines = count
		}
	}
	if len(j.units) == 0 {
		return j, errors.New("-u UNIT is missing")
	}
	return j, nil
}

// Journal implements journalctl: it prints the log files of units, one after the other.
func Journal(ctx context.Context, arguments []string, logPath func(string) string, out, errs io.Writer) int {
	j, err := parseJournal(arguments)
	if err != nil {
		fmt.Fprintln(errs, "journalctl:", err)
		return exitFailure
	}
	var files []string
	for _, name := range j.units {
		file := logPath(name)
		if _, err := os.Stat(file); err == nil || j.follow {
			files = append(files, file)
		}
	}
	if len(files) == 0 {
		fmt.Fprintln(out, "-- No entries --")
		return exitOK
	}
	lines := "+1" // from the first line
	if j.lines > 0 {
		lines = strconv.Itoa(j.lines)
	}
	tail := []string{"--quiet", "--lines=" + lines}
	if j.follow {
		tail = append(tail, "--follow=name", "--retry")
	}
	cmd := exec.CommandContext(ctx, "tail", append(tail, files...)...)
	cmd.Stdout, cmd.Stderr = out, errs
	if err := cmd.Run(); err != nil && ctx.Err() == nil {
		return exitFailure
	}
	return exitOK
}
