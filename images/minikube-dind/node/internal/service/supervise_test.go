package service

import "testing"

func TestTheStateOfAServiceIsParsed(t *testing.T) {
	for out, want := range map[string]State{
		"true true 4711\n": {Supervised: true, Up: true, WantedUp: true, PID: 4711},
		"false true -1\n":  {Supervised: true, WantedUp: true},
		"false false -1\n": {Supervised: true},
	} {
		if got, err := parseState(out); err != nil || got != want {
			t.Errorf("%q: got %+v, %v", out, got, err)
		}
	}
	if _, err := parseState("s6-svstat: fatal"); err == nil {
		t.Error("invalid output was accepted")
	}
}
