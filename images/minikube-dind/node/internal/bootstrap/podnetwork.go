package bootstrap

import (
	"context"

	"istio-ci/node/internal/config"
	"istio-ci/node/internal/system"
)

// podRules: pods have the node's address on their way out of the cluster. What still has a service's address when it is filtered was
// taken by no rule of kube-proxy: it is refused at once, where it would leave for the outer network and be waited for. DOCKER-USER is
// the chain that dockerd leaves to others and asks before its own rules, which let inner containers out.
const podRules = `*nat
-A POSTROUTING -s ` + config.PodCIDR + ` ! -d ` + config.PodCIDR + ` -m comment --comment "pods leave the cluster" -j MASQUERADE
COMMIT
*filter
:DOCKER-USER -
-A DOCKER-USER -d ` + config.ServiceCIDR + ` -m comment --comment "no such service" -j REJECT
-A OUTPUT -d ` + config.ServiceCIDR + ` -m comment --comment "no such service" -j REJECT
COMMIT
`

// connectPods gives the DNS its address, and pods their way out of the cluster.
func connectPods(ctx context.Context, _ *cluster) error {
	if _, err := system.Run(ctx, "ip", "address", "replace", config.DNSAddress+"/32", "dev", "lo"); err != nil {
		return err
	}
	_, err := system.RunInput(ctx, podRules, "iptables-restore", "--wait", "--noflush")
	return err
}
