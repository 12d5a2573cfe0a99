package status

import (
	"fmt"
	"strings"
	"time"
)

// String returns the status for people: a line for each phase, then the result.
func (s Status) String() string {
	var b strings.Builder
	for _, p := range s.Phases {
		fmt.Fprintf(&b, "%-16s %-8s %8s  %s\n", p.Name, p.State, seconds(p.FinishedMs), p.Detail)
	}
	switch {
	case s.Failed != nil:
		fmt.Fprintf(&b, "failed: %s\n", s.Failed)
	case s.Ready:
		fmt.Fprintf(&b, "ready, Kubernetes %s\n", s.Kubernetes)
	default:
		b.WriteString("not ready yet\n")
	}
	if s.Lease != nil {
		fmt.Fprintf(&b, "lease ends %s\n", s.Lease.EndsAt.Format(time.RFC3339))
	}
	return b.String()
}

func seconds(ms *int64) string {
	if ms == nil {
		return ""
	}
	return fmt.Sprintf("%.2fs", float64(*ms)/1000)
}
