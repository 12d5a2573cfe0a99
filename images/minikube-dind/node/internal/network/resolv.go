package network

import (
	"net"
	"strings"
)

// Nameservers returns the addresses in a resolv.conf.
func Nameservers(resolvConf string) []string {
	var servers []string
	for fields := range directives(resolvConf) {
		if fields[0] == "nameserver" && len(fields) > 1 && net.ParseIP(fields[1]) != nil {
			servers = append(servers, fields[1])
		}
	}
	return servers
}

// PodResolvConf returns the outer resolv.conf with the cluster's DNS as the only server. The outer server may
// be Docker's 127.0.0.11, which pods cannot reach. CoreDNS runs in the container's own network namespace and
// forwards to it.
func PodResolvConf(outer, server string) string {
	lines := []string{"nameserver " + server}
	for fields := range directives(outer) {
		if fields[0] == "search" || fields[0] == "options" || fields[0] == "domain" {
			lines = append(lines, strings.Join(fields, " "))
		}
	}
	return strings.Join(lines, "\n") + "\n"
}

// directives yields the words of each line except comments.
func directives(resolvConf string) func(func([]string) bool) {
	return func(yield func([]string) bool) {
		for line := range strings.Lines(resolvConf) {
			fields := strings.Fields(line)
			if len(fields) == 0 || strings.HasPrefix(fields[0], "#") || strings.HasPrefix(fields[0], ";") {
				continue
			}
			if !yield(fields) {
				return
			}
		}
	}
}
