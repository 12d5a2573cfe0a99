package systemctl

import (
	"strings"
	"testing"
)

func TestIsActiveSucceedsIfOneUnitIsActive(t *testing.T) {
	f := newFixture(t)
	f.expect(t, "is-active --quiet service docker", 0, "", "")
	f.expect(t, "is-active service docker kubelet", 0, "inactive\nactive\ninactive\n", "")
}

func TestInactiveAndMissingUnitsHaveDifferentExitCodes(t *testing.T) {
	f := newFixture(t)
	f.expect(t, "is-active kubelet", 3, "inactive\n", "")
	f.expect(t, "is-active systemd-resolved", 4, "inactive\n", "")
	f.processes["kubelet.service"] = Process{Restarting: true}
	f.expect(t, "is-active kubelet", 3, "activating\n", "")
	f.processes["kubelet.service"] = Process{Failed: true}
	f.expect(t, "is-active kubelet", 3, "failed\n", "")
}

func TestStatusShowsTheUnitAndReflectsItsStateInTheExitCode(t *testing.T) {
	f := newFixture(t)
	f.expect(t, "status kubelet", 3, `○ kubelet.service - kubelet: The Kubernetes Node Agent
     Loaded: loaded (/usr/lib/systemd/system/kubelet.service; disabled)
     Active: inactive (dead)
`, "")
	f.expect(t, "status none", 4, "", "Unit none.service could not be found.\n")
	f.run(t, "start kubelet")
	if code, out, _ := f.run(t, "status --no-pager --lines 5 kubelet"); code != 0 || !strings.Contains(out, "Main PID: 42") {
		t.Errorf("got %d, %s", code, out)
	}
	f.processes["kubelet.service"] = Process{Restarting: true}
	if code, out, _ := f.run(t, "status kubelet"); code != 3 || !strings.Contains(out, "activating (auto-restart)") {
		t.Errorf("got %d, %s", code, out)
	}
}

func TestStatusSeparatesUnitsByALineAndReturnsTheFirstFailuresCode(t *testing.T) {
	f := newFixture(t)
	f.expect(t, "status none kubelet docker", 4, `○ kubelet.service - kubelet: The Kubernetes Node Agent
     Loaded: loaded (/usr/lib/systemd/system/kubelet.service; disabled)
     Active: inactive (dead)

● docker.service
     Loaded: loaded (/usr/lib/systemd/system/docker.service; disabled)
     Active: active (running)
   Main PID: 8
`, "Unit none.service could not be found.\n")
}

func TestStatusShowsMasksAndDropIns(t *testing.T) {
	f := newFixture(t)
	f.run(t, "mask other")
	f.expect(t, "status other", 3, `○ other.service
     Loaded: masked (Reason: Unit other.service is masked.)
     Active: inactive (dead)
`, "")
	if got := describeDropIns([]string{"/etc/x.service.d/1.conf", "/etc/x.service.d/2.conf", "/lib/x.service.d/3.conf"}); got != `    Drop-In: /etc/x.service.d
             ├─1.conf
             └─2.conf
             /lib/x.service.d
             └─3.conf
` {
		t.Errorf("got %s", got)
	}
}

func TestIsEnabledRecognisesLinksAndMasks(t *testing.T) {
	f := newFixture(t)
	f.expect(t, "is-enabled kubelet", 1, "disabled\n", "")
	f.run(t, "enable kubelet")
	f.expect(t, "is-enabled kubelet none", 0, "enabled\nnot-found\n", "")
	f.expect(t, "is-enabled none", 4, "not-found\n", "")
	f.expect(t, "mask --quiet other", 0, "", "Unit other.service does not exist, proceeding anyway.\n")
	f.expect(t, "is-enabled other", 1, "masked\n", "")
}

func TestAMaskedUnitDoesNotStart(t *testing.T) {
	f := newFixture(t)
	f.expect(t, "mask kubelet", 0, "", "Created symlink '/etc/systemd/system/kubelet.service' → '/dev/null'.\n")
	f.expect(t, "start kubelet", 1, "", "Failed to start kubelet.service: Unit kubelet.service is masked.\n")
	f.expect(t, "unmask kubelet", 0, "", "Removed '/etc/systemd/system/kubelet.service'.\n")
	f.expect(t, "start kubelet", 0, "", "")
}

func TestAMissingUnitIsNeitherStartedNorStopped(t *testing.T) {
	f := newFixture(t)
	f.expect(t, "start none", 5, "", "Failed to start none.service: Unit none.service not found.\n")
	f.expect(t, "restart none", 5, "", "Failed to restart none.service: Unit none.service not found.\n")
	f.expect(t, "stop none", 5, "", "Failed to stop none.service: Unit none.service not loaded.\n")
	f.expect(t, "reset-failed none", 1, "", "Failed to reset failed state of unit none.service: Unit none.service not loaded.\n")
	f.expect(t, "enable none", 1, "", "Failed to enable unit: Unit none.service does not exist\n")
}

func TestARestartStopsAndStarts(t *testing.T) {
	f := newFixture(t)
	f.expect(t, "restart containerd", 0, "", "")
	if got := strings.Join(f.did, ", "); got != "stop containerd.service, start containerd.service" {
		t.Errorf("got %s", got)
	}
}

func TestStartingARunningUnitDoesNothing(t *testing.T) {
	f := newFixture(t)
	f.expect(t, "start containerd docker", 0, "", "")
	if len(f.did) > 0 {
		t.Errorf("got %q", f.did)
	}
}

func TestAUnitThatDoesNotStartIsReported(t *testing.T) {
	f := newFixture(t)
	f.fails["kubelet.service"] = true
	if code, _, errOut := f.run(t, "start kubelet"); code != 1 || !strings.Contains(errOut, "Job for kubelet.service failed: it does not come up") {
		t.Errorf("got %d, %s", code, errOut)
	}
}

func TestEveryUnitIsTriedAndTheFirstFailureIsTheResult(t *testing.T) {
	f := newFixture(t)
	if code, _, _ := f.run(t, "start none kubelet"); code != 5 || !f.processes["kubelet.service"].Up {
		t.Errorf("got %d after %q", code, f.did)
	}
}

func TestEnableAndDisableNowStartAndStop(t *testing.T) {
	f := newFixture(t)
	f.run(t, "enable --now kubelet")
	f.run(t, "disable --now kubelet")
	if got := strings.Join(f.did, ", "); got != "start kubelet.service, stop kubelet.service" {
		t.Errorf("got %s", got)
	}
}

func TestAnythingUnsupportedIsAClearError(t *testing.T) {
	f := newFixture(t)
	for line, part := range map[string]string{
		"poweroff":            "unknown command verb 'poweroff'; this systemctl supports cat, daemon-reload",
		"start --user x":      "unrecognized option '--user'",
		"start":               "too few arguments",
		"":                    "a verb is missing",
		"daemon-reload x":     "too many arguments",
		"start x.socket":      "Unit x.socket not found",
		"start docker.socket": "this systemctl runs services only",
		"start bad":           "Unit bad.service has a bad unit file setting: the setting User= is not supported",
	} {
		if code, out, errOut := f.run(t, line); code == 0 || out != "" || !strings.Contains(errOut, part) {
			t.Errorf("%q: got %d, %q, %q", line, code, out, errOut)
		}
	}
}

func TestTheFilesOfAUnitAreShownWithTheirPaths(t *testing.T) {
	f := newFixture(t)
	f.expect(t, "cat bad", 0, "# /usr/lib/systemd/system/bad.service\n[Service]\nUser=nobody\n\n", "")
	f.expect(t, "cat none", 1, "", "No files found for none.service.\n")
}
