package network

import (
	"slices"
	"strings"
)

// NoProxy returns the user's exceptions from the proxy and everything inside: the names and networks of the
// cluster, the node, and the networks it is on. It is kind's list with the names of the cluster container.
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
