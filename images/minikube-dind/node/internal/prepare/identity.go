package prepare

import (
	"crypto/rand"
	"encoding/hex"
	"os"

	"istio-ci/node/internal/system"
)

// newMachineID gives each container its own machine-id, which kubelets report.
func newMachineID() (string, error) {
	id := make([]byte, 16)
	_, _ = rand.Read(id) // never fails: crypto/rand ends the program instead
	return "new machine-id", system.WriteFile("/etc/machine-id", []byte(hex.EncodeToString(id)+"\n"), 0o444)
}

// provideKmsg makes /dev/kmsg if the engine provides none. The kubelet reads it for out-of-memory kills
// (kind#662); this one stays silent.
func provideKmsg() (string, error) {
	if _, err := os.Stat("/dev/kmsg"); err == nil {
		return "/dev/kmsg exists", nil
	}
	target := "/dev/null"
	if _, err := os.Stat("/dev/console"); err == nil {
		target = "/dev/console"
	}
	return "/dev/kmsg is " + target, os.Symlink(target, "/dev/kmsg")
}
