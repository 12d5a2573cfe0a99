package loadbalancer

import (
	"strings"
	"testing"
	"time"
)

const node = "172.20.0.2"

func balancer(name string, age int, ports ...port) service {
	var s service
	s.Metadata.Namespace, s.Metadata.Name = "default", name
	s.Metadata.CreationTimestamp = time.Unix(int64(1000-age), 0)
	s.Spec.Type, s.Spec.Ports = "LoadBalancer", ports
	return s
}

func holding(s service) service {
	s.Status.LoadBalancer.Ingress = []ingress{{IP: node}}
	return s
}

var http = port{80, "TCP"}

// conflicts returns why services get no address, by name; "" for those that get it.
func conflicts(services ...service) map[string]string {
	all := map[string]string{}
	for _, d := range assign(services, node) {
		all[d.service.Metadata.Name] = d.conflict
	}
	return all
}

func TestServicesWithDifferentPortsShareTheAddress(t *testing.T) {
	got := conflicts(balancer("a", 1, http), balancer("b", 1, port{443, "TCP"}), balancer("c", 1, port{80, "UDP"}))
	if len(got) != 3 || got["a"] != "" || got["b"] != "" || got["c"] != "" {
		t.Errorf("got %v", got)
	}
}

func TestAPortGoesToTheOldestService(t *testing.T) {
	got := conflicts(balancer("young", 1, http), balancer("old", 2, http))
	if got["old"] != "" || got["young"] != "port 80/TCP of the node's address 172.20.0.2 belongs to default/old" {
		t.Errorf("got %v", got)
	}
}

func TestAServiceThatHasTheAddressKeepsIt(t *testing.T) {
	got := conflicts(holding(balancer("young", 1, http)), balancer("old", 2, http))
	if got["young"] != "" || got["old"] == "" {
		t.Errorf("got %v", got)
	}
}

func TestAServiceThatCannotHaveOnePortTakesNoOther(t *testing.T) {
	got := conflicts(balancer("a", 3, http), balancer("b", 2, port{443, "TCP"}, http), balancer("c", 1, port{443, "TCP"}))
	if got["b"] == "" || got["c"] != "" {
		t.Errorf("got %v", got)
	}
}

func TestTheNodesOwnPortsAreReserved(t *testing.T) {
	got := conflicts(balancer("a", 1, port{8443, "TCP"}), balancer("b", 1, port{8443, "UDP"}))
	if !strings.Contains(got["a"], "the API server") || got["b"] != "" {
		t.Errorf("got %v", got)
	}
}

func TestServicesOfOtherTypesAndClassesAreLeftAlone(t *testing.T) {
	class, plain, foreign := "example.com/lb", balancer("a", 1, http), balancer("b", 1, http)
	plain.Spec.Type, foreign.Spec.LoadBalancerClass = "ClusterIP", &class
	if got := conflicts(plain, foreign); len(got) != 0 {
		t.Errorf("got %v", got)
	}
}
