package pki

import "net"

// APIServerNames returns the names in the API server's certificate: its own, the node's, and those that the
// user adds.
func APIServerNames(node string, addresses []net.IP, service net.IP, extra []string) Names {
	names := Names{
		DNS: []string{
			"kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc.cluster.local", "localhost",
		},
		IPs: []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback, service},
	}
	names.addDNS(node)
	for _, ip := range addresses {
		names.addIP(ip)
	}
	for _, name := range extra {
		if ip := net.ParseIP(name); ip != nil {
			names.addIP(ip)
		} else {
			names.addDNS(name)
		}
	}
	return names
}

func (n *Names) addDNS(name string) {
	for _, known := range n.DNS {
		if known == name {
			return
		}
	}
	n.DNS = append(n.DNS, name)
}

func (n *Names) addIP(ip net.IP) {
	for _, known := range n.IPs {
		if known.Equal(ip) {
			return
		}
	}
	n.IPs = append(n.IPs, ip)
}
