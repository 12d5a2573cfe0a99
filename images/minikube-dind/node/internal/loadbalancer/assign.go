// Package loadbalancer gives the node's address to services of type LoadBalancer; kube-proxy then takes their ports there.
package loadbalancer

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// service is what is needed of a Service.
type service struct {
	Metadata struct {
		Namespace, Name, UID, ResourceVersion string
		CreationTimestamp                     time.Time
	}
	Spec struct {
		Type              string
		LoadBalancerClass *string // somebody else's, where there is one
		Ports             []port
	}
	Status struct {
		LoadBalancer struct{ Ingress []ingress }
		Conditions   []condition
	}
}

// port is one that a service takes at the node's address.
type port struct {
	Port     int
	Protocol string
}

type ingress struct {
	IP string `json:"ip"`
}

func (s service) name() string { return s.Metadata.Namespace + "/" + s.Metadata.Name }

func (s service) has(ip string) bool {
	return slices.ContainsFunc(s.Status.LoadBalancer.Ingress, func(i ingress) bool { return i.IP == ip })
}

// nodes are the node's own ports at its address: a service that took one would cut the cluster off.
var nodes = map[port]string{
	{8443, "TCP"}: "the API server", {2375, "TCP"}: "Docker", {2376, "TCP"}: "Docker", {10250, "TCP"}: "the kubelet",
}

// decision is what a service of type LoadBalancer gets: the address, or the reason why not.
type decision struct {
	service  service
	conflict string // "" where it gets the address
}

// assign decides for all services at once. A port belongs to the service that has the address already, else to the oldest one.
func assign(services []service, ip string) []decision {
	var ours []service
	for _, s := range services {
		if s.Spec.Type == "LoadBalancer" && s.Spec.LoadBalancerClass == nil {
			ours = append(ours, s)
		}
	}
	slices.SortFunc(ours, func(a, b service) int {
		if has := a.has(ip); has != b.has(ip) {
			return map[bool]int{true: -1, false: 1}[has]
		}
		return cmp.Or(a.Metadata.CreationTimestamp.Compare(b.Metadata.CreationTimestamp), cmp.Compare(a.name(), b.name()))
	})
	taken := map[port]string{}
	var decisions []decision
	for _, s := range ours {
		conflict := ""
		for _, p := range s.Spec.Ports {
			if owner := cmp.Or(nodes[p], taken[p]); owner != "" {
				conflict = fmt.Sprintf("port %d/%s of the node's address %s belongs to %s", p.Port, p.Protocol, ip, owner)
				break
			}
		}
		if conflict == "" {
			for _, p := range s.Spec.Ports {
				taken[p] = s.name()
			}
		}
		decisions = append(decisions, decision{service: s, conflict: conflict})
	}
	return decisions
}
