package systemctl

import (
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
)

// Journal is `journalctl --no-pager -u UNIT [-n LINES]`, the one call that minikube makes of it: the unit's log file.
func Journal(arguments []string, logOf func(string) string, out, errs io.Writer) int {
	var name string
	lines := 0
	for i := 0; i < len(arguments); i++ {
		option, value, joined := strings.Cut(arguments[i], "=")
		if option == "--no-pager" {
			continue
		}
		if !joined {
			i++
			if i < len(arguments) {
				value = arguments[i]
			}
		}
		switch option {
		case "-u", "--unit":
			name = value
		case "-n", "--lines":
			count, err := strconv.Atoi(value)
			if err != nil {
				fmt.Fprintf(errs, "journalctl: %q is no number of lines\n", value)
				return exitFailure
			}
			lines = count
		default:
			fmt.Fprintf(errs, "journalctl: unrecognized option '%s'; this journalctl has -u UNIT, -n LINES, --no-pager\n", option)
			return exitFailure
		}
	}
	if name == "" {
		fmt.Fprintln(errs, "journalctl: -u UNIT is missing")
		return exitFailure
	}
	content, err := os.ReadFile(logOf(name))
	if err != nil {
		fmt.Fprintln(out, "-- No entries --")
		return exitOK
	}
	all := strings.SplitAfter(strings.TrimSuffix(string(content), "\n")+"\n", "\n")
	all = all[:len(all)-1]
	if lines > 0 {
		all = all[max(0, len(all)-lines):]
	}
	fmt.Fprint(out, strings.Join(all, ""))
	return exitOK
}
