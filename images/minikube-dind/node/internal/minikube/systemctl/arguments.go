// Package systemctl implements, on top of s6, the part of systemctl that minikube and kubeadm use, with
// systemd's words and exit codes.
package systemctl

import (
	"fmt"
	"strings"
)

// Exit codes of systemctl(1), "Exit status", which follows the LSB.
const (
	exitOK         = 0
	exitFailure    = 1
	exitNotRunning = 3
	exitUnknown    = 4
	exitNotLoaded  = 5 // of start and stop, if there is no such unit
)

// call is one command line.
type call struct {
	verb  string
	units []string
	quiet bool
	now   bool
}

// options that a call may have; true if a value follows. None of them makes a difference here.
var options = map[string]bool{
	"--no-pager": false, "--no-block": false, "--force": false, "-f": false, "--full": false, "-l": false, "--system": false,
	"--no-legend": false, "--plain": false, "--lines": true, "-n": true, "--job-mode": true,
}

// parse reads a command line: a verb, names, and options anywhere. Anything unknown is an error and never
// ignored.
func parse(arguments []string) (call, error) {
	var c call
	for i := 0; i < len(arguments); i++ {
		argument := arguments[i]
		name, _, joined := strings.Cut(argument, "=")
		takesValue, known := options[name]
		switch {
		case argument == "--version" || argument == "--help":
			c.verb = argument
			return c, nil
		case argument == "--quiet" || argument == "-q":
			c.quiet = true
		case argument == "--now":
			c.now = true
		case known:
			if takesValue && !joined {
				i++
			}
		case strings.HasPrefix(argument, "-"):
			return c, fmt.Errorf("unrecognized option '%s'", argument)
		case c.verb == "":
			c.verb = argument
		default:
			c.units = append(c.units, argument)
		}
	}
	if c.verb == "" {
		return c, fmt.Errorf("a verb is missing; this systemctl supports %s", strings.Join(verbNames(), ", "))
	}
	v, known := verbs[c.verb]
	if !known {
		return c, fmt.Errorf("unknown command verb '%s'; this systemctl supports %s", c.verb, strings.Join(verbNames(), ", "))
	}
	if v.perUnit && len(c.units) == 0 {
		return c, fmt.Errorf("too few arguments: %s needs a unit", c.verb)
	}
	return c, nil
}
