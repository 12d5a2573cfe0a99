package bootstrap

import (
	"context"

	"istio-ci/node/internal/config"
	"istio-ci/node/internal/system"
)

// podRules gives pods the node's address for connections out of the cluster, and rejects packets to a service
// address that no rule of kube-proxy has translated. Such packets would leave for the outer network, and the
// caller would wait for a timeout. DOCKER-USER is the chain that dockerd leaves to others and evaluates
// before its own rules.
const podRules = `*nat
-A POSTROUTING -s ` + config.PodCIDR + ` ! -d ` + config.PodCIDR + ` -m comment --comment "pods leave the cluster" -j MASQUERADE
COMMIT
*filter
:DOCKER-USER -
-A DOCKER-USER -d ` + config.ServiceCIDR + ` -m comment --comment "no such service" -j REJECT
-A OUTPUT -d ` + config.ServiceCIDR + ` -m comment --comment "no such service" -j REJECT
COMMIT
`

// connectPods sets up the address of the DNS and the pods' way out of the cluster.
func connectPods(ctx context.Context, _ *cluster) error {
	if _, err := system.Run(ctx, "ip", "address", "replace", config.DNSAddress+"/32", "dev", "lo"); err != nil {
		return err
	}
	_, err := system.RunInput(ctx, podRules, "iptables-restore", "--wait", "--noflush")
	return err
}
