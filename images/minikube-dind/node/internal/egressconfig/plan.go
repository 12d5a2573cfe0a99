// Package egressconfig keeps the ConfigMaps that pods need to connect out of the cluster, in every namespace:
// the extra CA and the proxies.
package egressconfig

import (
	"bytes"
	"encoding/pem"

	"istio-ci/node/internal/config"
)

// Names of the ConfigMaps.
const (
	caMap    = "istio-ci-extra-ca"
	proxyMap = "istio-ci-proxy"
)

// configMap is the part of a ConfigMap that is read here.
type configMap struct {
	Metadata struct{ Namespace, Name string }
	Data     map[string]string
}

type namespace struct {
	Metadata struct{ Name, DeletionTimestamp string }
}

// wanted returns the ConfigMaps that every namespace has, by name; none if there is neither a CA nor a proxy.
func wanted(extraCA []byte, proxy config.Proxy) map[string]map[string]string {
	all := map[string]map[string]string{}
	if certificates := onlyCertificates(extraCA); len(certificates) > 0 {
		all[caMap] = map[string]string{"ca.crt": string(certificates)}
	}
	if variables := proxy.Variables(); len(variables) > 0 {
		all[proxyMap] = variables
	}
	return all
}

// onlyCertificates drops everything else from PEM text: comments and, above all, keys.
func onlyCertificates(bundle []byte) []byte {
	var out bytes.Buffer
	for {
		block, rest := pem.Decode(bundle)
		if block == nil {
			return out.Bytes()
		}
		if block.Type == "CERTIFICATE" {
			_ = pem.Encode(&out, &pem.Block{Type: block.Type, Bytes: block.Bytes}) // a buffer never fails
		}
		bundle = rest
	}
}

// change is a ConfigMap to create, or to restore if it exists with other data.
type change struct {
	namespace, name string
	data            map[string]string
	exists          bool
}

// changes returns what the namespaces lack.
func changes(namespaces []namespace, found []configMap, wanted map[string]map[string]string) []change {
	type key struct{ namespace, name string }
	there := map[key]map[string]string{}
	for _, c := range found {
		there[key{c.Metadata.Namespace, c.Metadata.Name}] = c.Data
	}
	var all []change
	for _, n := range namespaces {
		if n.Metadata.DeletionTimestamp != "" {
			continue // nothing can be created there any more
		}
		for name, data := range wanted {
			has, exists := there[key{n.Metadata.Name, name}]
			if !exists || !holds(has, data) {
				all = append(all, change{n.Metadata.Name, name, data, exists})
			}
		}
	}
	return all
}

// holds reports whether has contains all of wanted. Keys that users added are left alone.
func holds(has, wanted map[string]string) bool {
	for key, value := range wanted {
		if has[key] != value {
			return false
		}
	}
	return true
}
