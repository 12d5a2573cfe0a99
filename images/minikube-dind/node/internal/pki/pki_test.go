package pki

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
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

func TestAClientCertificateNamesUserAndGroupsAndIsNoServerCertificate(t *testing.T) {
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

func TestTheAPIServersCertificateCoversAllItsNames(t *testing.T) {
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

func TestAnAuthorityOfAnotherProgramCanSign(t *testing.T) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "minikubeCA"}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), KeyUsage: x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	given := Pair{
		Cert: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}),
		Key:  pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)}),
	}
	read, err := ReadAuthority(given, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	client, err := read.Client("kubernetes-admin", "system:masters")
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(parse(t, given.Cert))
	usages := []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
	if _, err := parse(t, client.Cert).Verify(x509.VerifyOptions{Roots: roots, KeyUsages: usages}); err != nil {
		t.Error(err)
	}
	if _, err := ReadAuthority(Pair{Cert: given.Cert}, time.Now()); err == nil {
		t.Error("an authority without a key was accepted")
	}
}
