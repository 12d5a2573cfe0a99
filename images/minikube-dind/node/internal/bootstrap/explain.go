package bootstrap

import (
	"os"
	"path/filepath"
	"slices"
	"time"

	"istio-ci/node/internal/status"
	"istio-ci/node/internal/system"
)

// explainingLines is how many lines of a log explain a failure.
const explainingLines = 12

// log is the log of the program behind a phase.
type log struct {
	program string
	inPod   bool // the program runs in a pod of kube-system
}

func logFile(program string) log { return log{program: program} }
func podLog(program string) log  { return log{program: program, inPod: true} }

// path returns the log's file; root is "/" except in tests. A pod that has not started yet has no log, and
// then the kubelet's says why.
func (l log) path(root string) string {
	file := filepath.Join(root, "/var/log", l.program+".log")
	if !l.inPod {
		return file
	}
	pattern := filepath.Join(root, "/var/log/pods", "kube-system_"+l.program+"-*", l.program, "*.log")
	paths, err := filepath.Glob(pattern)
	if err != nil || len(paths) == 0 { // only a bad pattern gives an error
		return logFile("kubelet").path(root)
	}
	return slices.MaxFunc(paths, func(a, b string) int { return modified(a).Compare(modified(b)) })
}

// tail returns the last n lines of the log.
func (l log) tail(n int) []string { return system.Tail(l.path("/"), n) }

func modified(path string) time.Time {
	info, err := os.Stat(path)
	if err != nil {
		return time.Time{}
	}
	return info.ModTime()
}

// logs returns the log behind each phase of a boot, by the phase's name.
func logs(bootstrapper string) map[string]log {
	all := map[string]log{Prepare: logFile("dind")}
	b, err := ByName(bootstrapper)
	if err != nil {
		return all // the container could not be prepared, so no bootstrapper is known yet
	}
	for _, p := range b.phases {
		all[p.name] = p.log
	}
	return all
}

// Explain returns the last log lines of the program behind the first phase that is running or failed.
func Explain(s status.Status) []string {
	for _, p := range s.Phases {
		if p.State == status.Running || p.State == status.Failed {
			return logs(s.Bootstrapper)[p.Name].tail(explainingLines)
		}
	}
	return nil
}

// LogEnds returns the last n lines of the programs behind these phases, each line after its program's name.
// Names of no phase are skipped. Only the first three programs count: those after them wait for them.
func LogEnds(s status.Status, phases []string, n int) []string {
	const most = 3
	var lines, seen []string
	byPhase := logs(s.Bootstrapper)
	for _, phase := range phases {
		log, known := byPhase[phase]
		if !known || len(seen) == most || slices.Contains(seen, log.program) {
			continue
		}
		seen = append(seen, log.program)
		for _, line := range log.tail(n) {
			lines = append(lines, log.program+": "+line)
		}
	}
	return lines
}
