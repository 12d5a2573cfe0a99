package loadbalancer

import "testing"

const now = "2026-01-01T00:00:00Z"

func with(s service, conditions ...condition) service {
	s.Status.Conditions = conditions
	return s
}

var foreign = condition{Type: "example.com/Checked", Status: "True"}

func TestTheAddressIsWrittenOnce(t *testing.T) {
	s := balancer("a", 1, http)
	wanted, changed := decision{service: s}.wanted(node, now)
	if !changed || len(wanted.LoadBalancer.Ingress) != 1 || wanted.LoadBalancer.Ingress[0].IP != node {
		t.Errorf("got %+v, %v", wanted, changed)
	}
	if _, changed := (decision{service: holding(s)}).wanted(node, now); changed {
		t.Error("it is written again")
	}
}

func TestAConflictIsOneConditionBesideOthersAndIsReportedOnce(t *testing.T) {
	d := decision{service: with(balancer("a", 1, http), foreign), conflict: "taken"}
	wanted, changed := d.wanted(node, now)
	if !changed || len(wanted.Conditions) != 2 || wanted.Conditions[0] != foreign || wanted.Conditions[1].Message != "taken" {
		t.Errorf("got %+v, %v", wanted, changed)
	}
	d.service = with(d.service, wanted.Conditions...)
	if _, changed := d.wanted(node, now); changed {
		t.Error("it is reported again")
	}
	d.conflict = "taken by another one"
	if wanted, changed := d.wanted(node, now); !changed || len(wanted.Conditions) != 2 {
		t.Errorf("another reason: got %+v, %v", wanted, changed)
	}
}

func TestAResolvedConflictLeavesNoCondition(t *testing.T) {
	s := with(balancer("a", 1, http), foreign, condition{Type: portsError, Status: "True", Message: "taken"})
	wanted, changed := decision{service: s}.wanted(node, now)
	if !changed || len(wanted.Conditions) != 1 || len(wanted.LoadBalancer.Ingress) != 1 {
		t.Errorf("got %+v, %v", wanted, changed)
	}
}

func TestAServiceThatLosesItsPortLosesTheAddress(t *testing.T) {
	wanted, changed := decision{service: holding(balancer("a", 1, http)), conflict: "taken"}.wanted(node, now)
	if !changed || wanted.LoadBalancer.Ingress == nil || len(wanted.LoadBalancer.Ingress) != 0 {
		t.Errorf("got %+v, %v", wanted, changed)
	}
}
