package bootstrap

import (
	"context"

	"istio-ci/node/internal/config"
	"istio-ci/node/internal/system"
)

// connectPods gives the DNS its address, and pods the node's address on their way out of the cluster.
func connectPods(ctx context.Context) error {
	if _, err := system.Run(ctx, "ip", "address", "replace", config.DNSAddress+"/32", "dev", "lo"); err != nil {
		return err
	}
	rule := []string{"POSTROUTING", "-s", config.PodCIDR, "!", "-d", config.PodCIDR, "-m", "comment", "--comment", "pods leave the cluster", "-j", "MASQUERADE"}
	_, err := system.Run(ctx, "iptables", append([]string{"-w", "-t", "nat", "-A"}, rule...)...)
	return err
}
