// Package unit reads systemd's service units and runs them as systemd would, as far as minikube and kubeadm
// need it.
package unit

import (
	"fmt"
	"strings"
)

// setting is a line `Name=value` of a unit file.
type setting struct{ section, name, value string }

// parse reads a unit file according to systemd.syntax(7): sections, comments, lines that continue after a
// backslash.
func parse(text string) ([]setting, error) {
	var settings []setting
	section, pending := "", ""
	lines := strings.Split(text, "\n")
	for number, line := range lines {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "#") || strings.HasPrefix(line, ";") {
			continue // even within a continued line
		}
		if continues(line) {
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
				return nil, fmt.Errorf("line %d is not a setting in a section: %q", number+1, line)
			}
			settings = append(settings, setting{section, strings.TrimSpace(name), strings.TrimSpace(value)})
		}
	}
	return settings, nil
}

// continues is true for a line that ends in an unescaped backslash.
func continues(line string) bool {
	return (len(line)-len(strings.TrimRight(line, `\`)))%2 == 1
}
