package status

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"istio-ci/node/internal/failure"
)

func TestAPhaseHasItsTimesInMilliseconds(t *testing.T) {
	s := New("native", []string{"etcd", "api"})
	s.Move("etcd", Running, 1500*time.Millisecond, "")
	s.Move("etcd", Done, 2*time.Second, "fine")
	content, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"bootstrapper":"native","kubernetes":"","ready":false,"phases":[` +
		`{"name":"etcd","state":"done","startedMs":1500,"finishedMs":2000,"detail":"fine"},` +
		`{"name":"api","state":"pending","startedMs":null,"finishedMs":null,"detail":""}],"failed":null,"lease":null}`
	if string(content) != want {
		t.Errorf("got %s", content)
	}
}

func TestMissingListsEveryPhaseThatIsNotDone(t *testing.T) {
	s := New("native", []string{"etcd", "api", "dns"})
	s.Move("etcd", Done, 0, "")
	s.Move("api", Failed, 0, "refused")
	if got := strings.Join(s.Missing(), "; "); got != "api is failed (refused); dns is pending" {
		t.Errorf("got %q", got)
	}
}

func TestConcurrentUpdatesAreAllKept(t *testing.T) {
	path := filepath.Join(t.TempDir(), "status.json")
	var names []string
	for i := range 20 {
		names = append(names, fmt.Sprint("phase-", i))
	}
	if err := Save(path, New("native", names)); err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for _, name := range names {
		all.Go(func() {
			err := Update(path, func(s *Status) error { s.Move(name, Done, time.Second, ""); return nil })
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	s, err := Load(path)
	if err != nil || len(s.Missing()) != 0 {
		t.Errorf("lost: %v, %v", s.Missing(), err)
	}
}

func TestAMissingStatusFileIsAnError(t *testing.T) {
	_, err := Load(filepath.Join(t.TempDir(), "status.json"))
	if failure.From(err).Code != "NODE_NO_STATUS" {
		t.Errorf("got %v", err)
	}
}
