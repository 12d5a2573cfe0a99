package seed

import "testing"

func TestOnlyObjectsThatAreTheSameInEveryClusterAreKept(t *testing.T) {
	for key, want := range map[string]bool{
		"/registry/clusterroles/view":                          true,
		"/registry/rolebindings/kube-system/x":                 true,
		"/registry/ipaddresses/10.96.0.10":                     true,
		"/registry/ipaddresses/10.96.0.1":                      false,
		"/registry/services/specs/default/kubernetes":          false,
		"/registry/configmaps/kube-system/extension-apiserver": false,
		"/registry/masterleases/192.0.2.1":                     false,
		"/registry/leases/kube-system/apiserver-x":             false,
		"/registry/namespaces/kube-system":                     false,
		"/registry/secrets/kube-system/anything":               false,
		"/registry/serviceaccounts/default/default":            false,
		"/registry/endpointslices/default/kubernetes":          false,
		"/registry/endpointslices/kube-system/kube-dns":        true,
		"/registry/apiregistration.k8s.io/apiservices/v1.apps": false,
		"/registry/priorityclasses/system-node-critical":       true,
	} {
		if got := keeps(key); got != want {
			t.Errorf("%s: kept is %v", key, got)
		}
	}
}
