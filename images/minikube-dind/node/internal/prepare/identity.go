package prepare

import (
	"crypto/rand"
	"encoding/hex"
	"os"

	"istio-ci/node/internal/system"
)

// newMachineID gives each container its own; kubelets report it.
func newMachineID() (string, error) {
	id := make([]byte, 16)
	_, _ = rand.Read(id) // never fails: crypto/rand ends the program instead
	return "new machine-id", system.WriteFile("/etc/machine-id", []byte(hex.EncodeToString(id)+"\n"), 0o444)
}

// provideKmsg: the kubelet reads /dev/kmsg for out-of-memory kills (kind#662); where the engine gives none, it gets one that stays silent.
func provideKmsg() (string, error) {
	if _, err := os.Stat("/dev/kmsg"); err == nil {
		return "/dev/kmsg is there", nil
	}
	target := "/dev/null"
	if _, err := os.Stat("/dev/console"); err == nil {
		target = "/dev/console"
	}
	return "/dev/kmsg is " + target, os.Symlink(target, "/dev/kmsg")
}
