// Package unit reads systemd's service units and runs them the way systemd would, as far as minikube and kubeadm need it.
package unit

import (
	"fmt"
	"strings"
)

// setting is one line `Name=value` of a unit file.
type setting struct{ section, name, value string }

// parse reads a unit file as systemd.syntax(7) describes it: sections, comments, lines that go on after a backslash.
func parse(text string) ([]setting, error) {
	var settings []setting
	section, pending := "", ""
	lines := strings.Split(text, "\n")
	for number, line := range lines {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "#") || strings.HasPrefix(line, ";") {
			continue // also within a line that goes on
		}
		if goesOn(line) {
			pending += line[:len(line)-1] + " "
			if number+1 < len(lines) {
				continue
			}
			line = ""
		}
		line = strings.TrimSpace(pending + line)
		pending = ""
		switch {
		case line == "":
		case strings.HasPrefix(line, "[") && strings.HasSuffix(line, "]"):
			section = line[1 : len(line)-1]
		default:
			name, value, found := strings.Cut(line, "=")
			if !found || section == "" {
				return nil, fmt.Errorf("line %d is no setting of a section: %q", number+1, line)
			}
			settings = append(settings, setting{section, strings.TrimSpace(name), strings.TrimSpace(value)})
		}
	}
	return settings, nil
}

// goesOn is true for a line that ends in a backslash which no other one before it escapes.
func goesOn(line string) bool {
	return (len(line)-len(strings.TrimRight(line, `\`)))%2 == 1
}
