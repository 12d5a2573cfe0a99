package lease

import (
	"path/filepath"
	"testing"
	"time"

	"istio-ci/node/internal/failure"
	"istio-ci/node/internal/status"
)

func TestALeaseExpiresAtItsEndButNotRightAfterAThaw(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	l := lease(10*time.Second, now, time.Minute)
	if l.EndsMs != 70_000 || l.Seconds != 60 || !l.EndsAt.Equal(now.Add(time.Minute)) {
		t.Errorf("got %+v", l)
	}
	for _, c := range []struct {
		at, grace time.Duration
		want      bool
	}{
		{69 * time.Second, 0, false}, {70 * time.Second, 0, true},
		{time.Hour, time.Hour + thawGrace, false}, {time.Hour + thawGrace, time.Hour + thawGrace, true},
	} {
		if got := isOver(l, c.at, c.grace); got != c.want {
			t.Errorf("at %s, grace until %s: got %v", c.at, c.grace, got)
		}
	}
	if isOver(nil, time.Hour, 0) {
		t.Error("a container without a lease never expires")
	}
}

func save(t *testing.T, l *status.Lease) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "status.json")
	s := status.New("native", nil)
	s.Lease = l
	if err := status.Save(path, s); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestARenewalMovesTheEnd(t *testing.T) {
	path := save(t, &status.Lease{Seconds: 1, EndsMs: 1})
	if err := Renew(path, time.Hour); err != nil {
		t.Fatal(err)
	}
	s, err := status.Load(path)
	if err != nil || s.Lease.EndsMs < time.Hour.Milliseconds() {
		t.Errorf("got %+v, %v", s.Lease, err)
	}
}

func TestAContainerWithoutALeaseCannotBeRenewed(t *testing.T) {
	if err := Renew(save(t, nil), time.Hour); failure.From(err).Code != "NODE_NO_LEASE" {
		t.Errorf("got %v", err)
	}
}

func TestTheWatcherReturnsWhenTheLeaseExpires(t *testing.T) {
	if err := Watch(t.Context(), save(t, &status.Lease{EndsMs: 1})); err != nil {
		t.Error(err)
	}
}
