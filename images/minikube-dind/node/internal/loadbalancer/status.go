package loadbalancer

import "slices"

// portsError is Kubernetes' own type of condition for a load balancer that cannot have its ports (LoadBalancerPortsError in k8s.io/api).
const portsError = "LoadBalancerPortsError"

// condition is one of a service; other controllers' are kept as they are.
type condition struct {
	Type               string `json:"type"`
	Status             string `json:"status"`
	Reason             string `json:"reason"`
	Message            string `json:"message"`
	LastTransitionTime string `json:"lastTransitionTime"`
	ObservedGeneration int64  `json:"observedGeneration,omitempty"`
}

// status is the part of a service's status that is ours to write.
type status struct {
	LoadBalancer struct {
		Ingress []ingress `json:"ingress"`
	} `json:"loadBalancer"`
	Conditions []condition `json:"conditions"`
}

// wanted is the status that a decision makes, and whether the service has another one by now.
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
	told := slices.ContainsFunc(current.Conditions, func(c condition) bool { return mine(c) && c.Message == d.conflict })
	had := slices.ContainsFunc(current.Conditions, mine)
	same := slices.Equal(current.LoadBalancer.Ingress, wanted.LoadBalancer.Ingress) && told == (d.conflict != "") && told == had
	return wanted, !same
}
