package prepare

import (
	"context"
	"os"

	"istio-ci/node/internal/system"
)

// alternative points Debian's alternative of that name at a flavour, if it is not there already (the tool is slow).
func alternative(ctx context.Context, name, flavour string) error {
	target := "/usr/sbin/" + name + "-" + flavour
	if current, err := os.Readlink("/etc/alternatives/" + name); err == nil && current == target {
		return nil
	}
	_, err := system.Run(ctx, "update-alternatives", "--set", name, target)
	return err
}
