package prepare

import (
	"context"
	"os"

	"istio-ci/node/internal/system"
)

// setAlternative points Debian's alternative of this name at a flavour. It skips update-alternatives, which
// is slow, if nothing would change.
func setAlternative(ctx context.Context, name, flavour string) error {
	target := "/usr/sbin/" + name + "-" + flavour
	if current, err := os.Readlink("/etc/alternatives/" + name); err == nil && current == target {
		return nil
	}
	_, err := system.Run(ctx, "update-alternatives", "--set", name, target)
	return err
}
