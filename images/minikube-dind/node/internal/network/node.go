// Package network reads the container's own network and derives the cluster's network from it.
package network

import (
	"errors"
	"net"
	"os"
	"strings"
)

// Node is the container on its outer network.
type Node struct {
	Interface string
	IP        net.IP
	MTU       int
	Addresses []net.IP     // of every link except loopback
	Networks  []*net.IPNet // the networks of those addresses
}

// link is the part of a net.Interface that is used here.
type link struct {
	name  string
	mtu   int
	nets  []*net.IPNet
	local bool
}

// NodeName returns the host name in lower case, which Kubernetes requires and kubeadm uses too.
func NodeName() (string, error) {
	name, err := os.Hostname()
	return strings.ToLower(name), err
}

// Find reads the links of this network namespace.
func Find() (Node, error) {
	interfaces, err := net.Interfaces()
	if err != nil {
		return Node{}, err
	}
	var links []link
	for _, i := range interfaces {
		addresses, err := i.Addrs()
		if err != nil {
			return Node{}, err
		}
		l := link{name: i.Name, mtu: i.MTU, local: i.Flags&net.FlagLoopback != 0}
		for _, a := range addresses {
			if n, ok := a.(*net.IPNet); ok {
				l.nets = append(l.nets, n)
			}
		}
		links = append(links, l)
	}
	return choose(links)
}

// choose returns the first IPv4 address of eth0, or of the first link that has one. Docker names its links
// eth0 and up.
func choose(links []link) (Node, error) {
	var node Node
	for _, l := range links {
		if l.local {
			continue
		}
		for _, n := range l.nets {
			if n.IP.IsLinkLocalUnicast() {
				continue
			}
			node.Addresses = append(node.Addresses, n.IP)
			node.Networks = append(node.Networks, n)
			if n.IP.To4() != nil && (node.IP == nil || (l.name == "eth0" && node.Interface != "eth0")) {
				node.Interface, node.IP, node.MTU = l.name, n.IP.To4(), l.mtu
			}
		}
	}
	if node.IP == nil {
		return node, errors.New("no network link has an IPv4 address")
	}
	return node, nil
}
