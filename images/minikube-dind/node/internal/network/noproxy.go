package network

import (
	"slices"
	"strings"
)

// NoProxy is what the user excludes from the proxy and everything that is inside: the cluster's names and networks, the node and
// the networks it is on. The same list as kind's, and the names of the cluster container.
func NoProxy(given string, node Node, host string, inside ...string) string {
	var all []string
	add := func(items ...string) {
		for _, item := range items {
			if item = strings.TrimSpace(item); item != "" && !slices.Contains(all, item) {
				all = append(all, item)
			}
		}
	}
	add(strings.Split(given, ",")...)
	add("localhost", "127.0.0.1", "::1", "kubernetes", host, ".svc", ".svc.cluster.local", ".cluster.local")
	add(inside...)
	for _, n := range node.Networks {
		network := *n
		network.IP = n.IP.Mask(n.Mask)
		add(network.String())
	}
	return strings.Join(all, ",")
}
