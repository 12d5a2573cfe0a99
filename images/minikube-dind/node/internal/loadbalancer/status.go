package loadbalancer

import "slices"

// portsError is the condition type that Kubernetes defines for a load balancer whose ports are not available
// (LoadBalancerPortsError in k8s.io/api).
const portsError = "LoadBalancerPortsError"

// condition is a condition of a service. Those of other controllers are kept.
type condition struct {
	Type               string `json:"type"`
	Status             string `json:"status"`
	Reason             string `json:"reason"`
	Message            string `json:"message"`
	LastTransitionTime string `json:"lastTransitionTime"`
	ObservedGeneration int64  `json:"observedGeneration,omitempty"`
}

// status is the part of a service's status that this controller writes.
type status struct {
	LoadBalancer struct {
		Ingress []ingress `json:"ingress"`
	} `json:"loadBalancer"`
	Conditions []condition `json:"conditions"`
}

// wanted returns the status that follows from a decision, and whether it differs from the current one.
func (d decision) wanted(ip, now string) (wanted status, changed bool) {
	current := d.service.Status
	mine := func(c condition) bool { return c.Type == portsError }
	wanted.LoadBalancer.Ingress = []ingress{}
	wanted.Conditions = slices.DeleteFunc(slices.Clone(current.Conditions), mine)
	if d.conflict == "" {
		wanted.LoadBalancer.Ingress = append(wanted.LoadBalancer.Ingress, ingress{IP: ip})
	} else {
		wanted.Conditions = append(wanted.Conditions, condition{
			Type: portsError, Status: "True", Reason: "PortTaken", Message: d.conflict, LastTransitionTime: now,
		})
	}
	reported := slices.ContainsFunc(current.Conditions, func(c condition) bool { return mine(c) && c.Message == d.conflict })
	had := slices.ContainsFunc(current.Conditions, mine)
	same := slices.Equal(current.LoadBalancer.Ingress, wanted.LoadBalancer.Ingress) && reported == (d.conflict != "") && reported == had
	return wanted, !same
}
