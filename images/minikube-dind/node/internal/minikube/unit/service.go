package unit

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Command is a program that a service runs.
type Command struct {
	Words []string
	// MayFail is set by a `-` before the path: the command may fail.
	MayFail bool
}

// Service is the part of a service unit that decides how it runs.
type Service struct {
	Description      string
	ExecStartPre     []Command
	ExecStart        []Command
	Environment      []string // NAME=value
	EnvironmentFiles []string // a leading `-`: the file may be missing
	WorkingDirectory string
	Restart          string
	RestartSec       time.Duration
	WantedBy         []string
}

// restartSec is systemd's own default (DefaultRestartSec, systemd-system.conf(5)).
const restartSec = 100 * time.Millisecond

// ignored are settings of [Service] that change nothing in this container: s6 supervises, and limits and
// cgroups are the container's. Type is among them because a started service counts as active; the boot checks
// readiness itself.
var ignored = []string{
	"Type", "KillMode", "KillSignal", "TimeoutStartSec", "TimeoutStopSec", "TimeoutSec", "StartLimitBurst", "StartLimitInterval",
	"LimitNOFILE", "LimitNPROC", "LimitCORE", "TasksMax", "Delegate", "OOMScoreAdjust", "Slice", "CPUAccounting", "MemoryAccounting",
	"StandardOutput", "StandardError", "SyslogIdentifier", "SuccessExitStatus",
}

// newService reads the settings of a unit file and its drop-ins, in order. An unsupported setting that would
// change how the service runs is an error, because ignoring it would be worse; the other settings are still
// read. In other kinds of units only [Unit] and [Install] are read.
func newService(settings []setting) (Service, error) {
	s := Service{Restart: "no", RestartSec: restartSec}
	var first error
	for _, one := range settings {
		var err error
		switch one.section {
		case "Unit":
			if one.name == "Description" {
				s.Description = one.value
			}
		case "Install":
			if one.name == "WantedBy" {
				s.WantedBy = appendOrReset(s.WantedBy, one.value, strings.Fields(one.value)...)
			}
		case "Service":
			err = s.set(one)
		}
		if first == nil {
			first = err
		}
	}
	return s, first
}

func (s *Service) set(one setting) error {
	switch one.name {
	case "ExecStart", "ExecStartPre":
		target := &s.ExecStart
		if one.name == "ExecStartPre" {
			target = &s.ExecStartPre
		}
		if one.value == "" {
			*target = nil
			return nil
		}
		command, err := parseCommand(one.value)
		*target = append(*target, command)
		return err
	case "Environment":
		pairs, err := splitWords(one.value)
		s.Environment = appendOrReset(s.Environment, one.value, pairs...)
		return err
	case "EnvironmentFile":
		s.EnvironmentFiles = appendOrReset(s.EnvironmentFiles, one.value, one.value)
	case "WorkingDirectory":
		s.WorkingDirectory = one.value
	case "Restart":
		s.Restart = one.value
		if !slices.Contains([]string{"no", "always", "on-failure", "on-abnormal", "on-abort", "on-success"}, one.value) {
			return fmt.Errorf("Restart=%s is not supported", one.value)
		}
	case "RestartSec":
		duration, err := parseDuration(one.value)
		s.RestartSec = duration
		return err
	default:
		if !slices.Contains(ignored, one.name) {
			return fmt.Errorf("the setting %s= is not supported", one.name)
		}
	}
	return nil
}

func appendOrReset(list []string, value string, items ...string) []string {
	if value == "" {
		return nil
	}
	return append(list, items...)
}

// parseCommand reads a value of ExecStart. The only supported prefix is `-`, the only specifier `%%`.
func parseCommand(value string) (Command, error) {
	rest, mayFail := strings.CutPrefix(value, "-")
	if rest != "" && strings.ContainsRune("@:+!", rune(rest[0])) {
		return Command{}, fmt.Errorf("the prefix %c of %q is not supported", rest[0], value)
	}
	words, err := splitWords(rest)
	if err != nil {
		return Command{}, err
	}
	if len(words) == 0 || slices.Contains(words, ";") {
		return Command{}, fmt.Errorf("%q is not one command", value)
	}
	for i, word := range words {
		plain := strings.ReplaceAll(word, "%%", "\x00")
		if strings.Contains(plain, "%") {
			return Command{}, fmt.Errorf("the specifier in %q is not supported", word)
		}
		words[i] = strings.ReplaceAll(plain, "\x00", "%")
	}
	return Command{Words: words, MayFail: mayFail}, nil
}

// parseDuration reads systemd's time spans as services use them: `600ms`, `10`, `1min 30s`.
func parseDuration(value string) (time.Duration, error) {
	if seconds, err := strconv.ParseFloat(value, 64); err == nil {
		return time.Duration(seconds * float64(time.Second)), nil
	}
	var total time.Duration
	for part := range strings.FieldsSeq(value) {
		d, err := time.ParseDuration(strings.Replace(part, "min", "m", 1))
		if err != nil {
			return 0, fmt.Errorf("%q is not a time span", value)
		}
		total += d
	}
	return total, nil
}
