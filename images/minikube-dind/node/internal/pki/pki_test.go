package pki

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"net"
	"strings"
	"testing"
	"time"
)

func parse(t *testing.T, content []byte) *x509.Certificate {
	t.Helper()
	block, _ := pem.Decode(content)
	cert, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	return cert
}

func authority(t *testing.T) *Authority {
	t.Helper()
	a, err := NewAuthority("test", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestAClientsCertificateNamesItsUserAndGroupsAndServesNothing(t *testing.T) {
	a := authority(t)
	pair, err := a.Client("system:node:n1", "system:nodes")
	if err != nil {
		t.Fatal(err)
	}
	cert := parse(t, pair.Cert)
	if cert.Subject.CommonName != "system:node:n1" || strings.Join(cert.Subject.Organization, ",") != "system:nodes" {
		t.Errorf("got %v", cert.Subject)
	}
	roots := x509.NewCertPool()
	roots.AddCert(parse(t, a.Cert))
	if _, err := cert.Verify(x509.VerifyOptions{Roots: roots, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}}); err != nil {
		t.Error(err)
	}
	if _, err := cert.Verify(x509.VerifyOptions{Roots: roots, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}); err == nil {
		t.Error("a client's certificate must not be a server's")
	}
	if _, err := tls.X509KeyPair(pair.Cert, pair.Key); err != nil {
		t.Error(err)
	}
}

func TestTwoAuthoritiesDoNotTrustEachOther(t *testing.T) {
	pair, err := authority(t).Client("someone")
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(parse(t, authority(t).Cert))
	usages := []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
	if _, err := parse(t, pair.Cert).Verify(x509.VerifyOptions{Roots: roots, KeyUsages: usages}); err == nil {
		t.Error("a certificate of another boot is accepted")
	}
}

func TestTheAPIServerAnswersToEveryNameItHas(t *testing.T) {
	names := APIServerNames("node-1", []net.IP{net.IPv4(172, 17, 0, 2)}, net.IPv4(10, 96, 0, 1), []string{"ci.example", "10.9.9.9", "kubernetes"})
	pair, err := authority(t).Server("apiserver", names)
	if err != nil {
		t.Fatal(err)
	}
	cert := parse(t, pair.Cert)
	for _, name := range []string{
		"kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc.cluster.local", "localhost",
		"127.0.0.1", "::1", "10.96.0.1", "node-1", "172.17.0.2", "ci.example", "10.9.9.9",
	} {
		if err := cert.VerifyHostname(name); err != nil {
			t.Error(err)
		}
	}
	if got := strings.Count(strings.Join(cert.DNSNames, " ")+" ", "kubernetes "); got != 1 {
		t.Errorf("the name kubernetes is there %d times: %v", got, cert.DNSNames)
	}
}
