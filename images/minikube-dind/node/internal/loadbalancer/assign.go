// Package loadbalancer assigns the node's address to services of type LoadBalancer. kube-proxy then serves
// their ports at it.
package loadbalancer

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// service is the part of a Service that is read here.
type service struct {
	Metadata struct {
		Namespace, Name, UID, ResourceVersion string
		CreationTimestamp                     time.Time
	}
	Spec struct {
		Type              string
		LoadBalancerClass *string // set if another controller is responsible
		Ports             []port
	}
	Status struct {
		LoadBalancer struct{ Ingress []ingress }
		Conditions   []condition
	}
}

// port is a port of the node's address.
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

// reserved are the node's own ports: a service that took one would cut the cluster off.
var reserved = map[port]string{
	{8443, "TCP"}: "the API server", {2375, "TCP"}: "Docker", {2376, "TCP"}: "Docker", {10250, "TCP"}: "the kubelet",
}

// decision is the outcome for a service: it gets the address, or it does not for a reason.
type decision struct {
	service  service
	conflict string // "" if it gets the address
}

// assign decides for all services at once. A port goes to the service that already has the address, otherwise
// to the oldest service.
func assign(services []service, ip string) []decision {
	var candidates []service
	for _, s := range services {
		if s.Spec.Type == "LoadBalancer" && s.Spec.LoadBalancerClass == nil {
			candidates = append(candidates, s)
		}
	}
	slices.SortFunc(candidates, func(a, b service) int {
		if has := a.has(ip); has != b.has(ip) {
			return map[bool]int{true: -1, false: 1}[has]
		}
		return cmp.Or(a.Metadata.CreationTimestamp.Compare(b.Metadata.CreationTimestamp), cmp.Compare(a.name(), b.name()))
	})
	taken := map[port]string{}
	var decisions []decision
	for _, s := range candidates {
		conflict := ""
		for _, p := range s.Spec.Ports {
			if owner := cmp.Or(reserved[p], taken[p]); owner != "" {
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
