package egressconfig

import (
	"strings"
	"testing"
	"time"

	"istio-ci/node/internal/config"
	"istio-ci/node/internal/pki"
)

func named(name string) namespace {
	var n namespace
	n.Metadata.Name = name
	return n
}

func TestWithoutCAAndProxyThereAreNoConfigMaps(t *testing.T) {
	if got := wanted(nil, config.Proxy{No: "localhost"}); len(got) != 0 {
		t.Errorf("got %v", got)
	}
}

func TestOnlyTheCertificatesOfABundleArePassedOn(t *testing.T) {
	ca, err := pki.NewAuthority("corp", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	bundle := append(append([]byte("# corp\n"), ca.Key...), ca.Cert...)
	got := wanted(bundle, config.Proxy{})[caMap]["ca.crt"]
	if got != string(ca.Cert) || strings.Contains(got, "KEY") {
		t.Errorf("got %q", got)
	}
}

func TestProxiesHaveBothSpellings(t *testing.T) {
	got := wanted(nil, config.Proxy{HTTPS: "http://proxy:3128", No: ".svc"})[proxyMap]
	if len(got) != 4 || got["https_proxy"] != "http://proxy:3128" || got["NO_PROXY"] != ".svc" {
		t.Errorf("got %v", got)
	}
}

var some = map[string]map[string]string{caMap: {"ca.crt": "x"}}

func TestANamespaceGetsWhatItLacksUnlessItIsBeingDeleted(t *testing.T) {
	ending := named("ending")
	ending.Metadata.DeletionTimestamp = "2026-01-01T00:00:00Z"
	has := configMap{Data: map[string]string{"ca.crt": "x", "mine": "y"}}
	has.Metadata.Namespace, has.Metadata.Name = "has", caMap
	lost := configMap{Data: map[string]string{"ca.crt": "z"}}
	lost.Metadata.Namespace, lost.Metadata.Name = "lost", caMap
	got := changes([]namespace{named("new"), named("has"), named("lost"), ending}, []configMap{has, lost}, some)
	if len(got) != 2 || got[0].namespace != "new" || got[0].exists || got[1].namespace != "lost" || !got[1].exists {
		t.Errorf("got %+v", got)
	}
}
