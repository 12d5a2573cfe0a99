package system

import (
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"strings"
)

// Run runs a program to its end and returns its output; the error of a failed one says what the program said.
func Run(ctx context.Context, name string, args ...string) (string, error) {
	return RunInput(ctx, "", name, args...)
}

// RunInput is Run with text on the program's standard input.
func RunInput(ctx context.Context, input, name string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Stdin = strings.NewReader(input)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		said := strings.TrimSpace(stderr.String())
		if said == "" {
			said = strings.TrimSpace(stdout.String())
		}
		return stdout.String(), fmt.Errorf("%s: %w: %s", name, err, said)
	}
	return stdout.String(), nil
}
