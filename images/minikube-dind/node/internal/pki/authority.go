// Package pki makes the cluster's certificates: a new authority at each boot, ECDSA P-256 throughout.
package pki

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"math/big"
	"net"
	"time"
)

// Validity of every certificate, before and after now: the clocks of hosts differ, and a frozen cluster may
// be used much later.
const (
	clockSkew = time.Hour
	lifetime  = 365 * 24 * time.Hour
)

// Pair is a certificate and its key, both as PEM.
type Pair struct{ Cert, Key []byte }

// Authority signs certificates.
type Authority struct {
	Pair
	cert *x509.Certificate
	key  crypto.Signer
	now  time.Time
}

// Names are the subject alternative names of a serving certificate.
type Names struct {
	DNS []string
	IPs []net.IP
}

// NewAuthority makes a self-signed authority.
func NewAuthority(name string, now time.Time) (*Authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name},
		NotBefore: now.Add(-clockSkew), NotAfter: now.Add(lifetime),
		KeyUsage:              x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		BasicConstraintsValid: true, IsCA: true,
	}
	a := &Authority{key: key, now: now}
	if a.Pair, err = sign(template, template, key, key); err != nil {
		return nil, err
	}
	block, _ := pem.Decode(a.Cert)
	a.cert, err = x509.ParseCertificate(block.Bytes)
	return a, err
}

// ReadAuthority loads an authority that another program made: its certificate and its RSA key, both as PEM.
func ReadAuthority(pair Pair, now time.Time) (*Authority, error) {
	cert, _ := pem.Decode(pair.Cert)
	key, _ := pem.Decode(pair.Key)
	if cert == nil || key == nil {
		return nil, errors.New("the authority's certificate or key is not PEM")
	}
	a := &Authority{Pair: pair, now: now}
	var err error
	if a.cert, err = x509.ParseCertificate(cert.Bytes); err != nil {
		return nil, err
	}
	a.key, err = x509.ParsePKCS1PrivateKey(key.Bytes)
	return a, err
}

// Client issues the certificate of a user and its groups.
func (a *Authority) Client(user string, groups ...string) (Pair, error) {
	return a.issue(pkix.Name{CommonName: user, Organization: groups}, Names{}, x509.ExtKeyUsageClientAuth)
}

// Server issues a serving certificate.
func (a *Authority) Server(name string, names Names) (Pair, error) {
	return a.issue(pkix.Name{CommonName: name}, names, x509.ExtKeyUsageServerAuth)
}

func (a *Authority) issue(subject pkix.Name, names Names, usage x509.ExtKeyUsage) (Pair, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return Pair{}, err
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return Pair{}, err
	}
	return sign(&x509.Certificate{
		SerialNumber: serial, Subject: subject,
		NotBefore: a.now.Add(-clockSkew), NotAfter: a.now.Add(lifetime),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{usage},
		BasicConstraintsValid: true, DNSNames: names.DNS, IPAddresses: names.IPs,
	}, a.cert, key, a.key)
}

func sign(template, parent *x509.Certificate, key *ecdsa.PrivateKey, by crypto.Signer) (Pair, error) {
	cert, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, by)
	if err != nil {
		return Pair{}, err
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return Pair{}, err
	}
	return Pair{
		Cert: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert}),
		Key:  pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}),
	}, nil
}
