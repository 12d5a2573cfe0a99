package unit

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// environment returns the variables of a service's commands: base, then Environment=, then the files. Later
// values win.
func (d Disk) environment(s Service, base []string) (map[string]string, error) {
	env := map[string]string{}
	add := func(pairs []string) error {
		for _, pair := range pairs {
			name, value, found := strings.Cut(pair, "=")
			if !found || !isName(name) {
				return fmt.Errorf("%q is not NAME=value", pair)
			}
			env[name] = value
		}
		return nil
	}
	for _, pair := range base {
		name, value, _ := strings.Cut(pair, "=")
		env[name] = value
	}
	if err := add(s.Environment); err != nil {
		return nil, err
	}
	for _, file := range s.EnvironmentFiles {
		pairs, err := d.readEnvironment(file)
		if err != nil {
			return nil, err
		}
		if err := add(pairs); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
	}
	return env, nil
}

func (d Disk) readEnvironment(file string) ([]string, error) {
	pattern, mayMiss := strings.CutPrefix(file, "-")
	paths, err := filepath.Glob(d.at(pattern))
	if err != nil {
		return nil, err
	}
	if len(paths) == 0 && !mayMiss {
		return nil, fmt.Errorf("the environment file %s: %w", pattern, fs.ErrNotExist)
	}
	var pairs []string
	for _, path := range paths {
		content, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		more, err := parseEnvironment(string(content))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		pairs = append(pairs, more...)
	}
	return pairs, nil
}

// parseEnvironment reads the lines of an environment file: NAME=value. The value may be quoted and extends to
// the end of the line.
func parseEnvironment(text string) ([]string, error) {
	var pairs []string
	for line := range strings.Lines(strings.ReplaceAll(text, "\\\n", "")) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' || line[0] == ';' {
			continue
		}
		name, value, found := strings.Cut(line, "=")
		if !found {
			return nil, fmt.Errorf("%q is not NAME=value", line)
		}
		value = strings.TrimSpace(value)
		if value != "" && (value[0] == '"' || value[0] == '\'') {
			words, err := splitWords(value)
			if err != nil {
				return nil, err
			}
			value = strings.Join(words, " ")
		}
		pairs = append(pairs, strings.TrimSpace(name)+"="+value)
	}
	return pairs, nil
}
