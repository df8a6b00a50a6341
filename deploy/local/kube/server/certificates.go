package server

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"time"
)

var (
	serverUse = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	clientUse = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
	bothUses  = append(serverUse[:1:1], clientUse...)
)

// ensureCertificates makes each pair of NAME.crt and NAME.key that is absent: a restarted server keeps its identity.
func (s settings) ensureCertificates() error {
	names, addresses := s.subjects()
	template := func(name, organization string, uses []x509.ExtKeyUsage) *x509.Certificate {
		t := &x509.Certificate{Subject: pkix.Name{CommonName: name}, ExtKeyUsage: uses}
		if organization != "" {
			t.Subject.Organization = []string{organization}
		}
		if len(uses) > 0 && uses[0] == x509.ExtKeyUsageServerAuth {
			t.DNSNames, t.IPAddresses = names, addresses
		}
		return t
	}
	authorities := map[string]map[string]*x509.Certificate{
		"ca": {
			"apiserver":      template("kube-apiserver", "", serverUse),
			"admin":          template("system:admin", "system:masters", clientUse),
			"controllers":    template("system:kube-controller-manager", "", clientUse),
			"scheduler":      template("system:kube-scheduler", "", clientUse),
			"node":           template("system:node:"+s.nodeName, "system:nodes", clientUse),
			"proxy":          template("system:kube-proxy", "", clientUse),
			"kubelet-client": template("kube-apiserver-kubelet-client", "system:masters", clientUse),
		},
		"front-ca": {"front-proxy": template("front-proxy", "", clientUse)},
		"etcd-ca":  {"etcd": template("etcd", "", bothUses)},
	}
	for authority, leaves := range authorities {
		ca, err := s.pair(authority, template(authority, "", nil), nil)
		if err != nil {
			return err
		}
		for name, leaf := range leaves {
			if _, err := s.pair(name, leaf, ca); err != nil {
				return err
			}
		}
	}
	_, err := s.pair("service-accounts", template("service-accounts", "", nil), nil)
	return err
}

// subjects are the names and addresses by which the API server may be called.
func (s settings) subjects() (names []string, addresses []net.IP) {
	names = []string{"localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc.cluster.local"}
	addresses = []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback, net.ParseIP(firstServiceAddress)}
	extra := s.names
	if host, err := os.Hostname(); err == nil {
		extra = append(extra, host)
	}
	for _, name := range extra {
		if address := net.ParseIP(name); address != nil {
			addresses = append(addresses, address)
		} else if name != "" {
			names = append(names, name)
		}
	}
	return names, append(addresses, ownAddresses()...)
}

// pair loads NAME's certificate and key, or makes them, signed by ca (by itself, as an authority, when ca is nil).
func (s settings) pair(name string, template *x509.Certificate, ca *tls.Certificate) (*tls.Certificate, error) {
	certFile, keyFile := s.file(name+".crt"), s.file(name+".key")
	if loaded, err := tls.LoadX509KeyPair(certFile, keyFile); err == nil {
		return &loaded, nil
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	template.SerialNumber = big.NewInt(time.Now().UnixNano())
	template.NotBefore, template.NotAfter = time.Now().Add(-time.Hour), time.Now().AddDate(10, 0, 0)
	template.KeyUsage = x509.KeyUsageDigitalSignature
	issuer, signer := template, any(key)
	if ca == nil {
		template.IsCA, template.BasicConstraintsValid = true, true
		template.KeyUsage |= x509.KeyUsageCertSign | x509.KeyUsageCRLSign
	} else {
		issuer, signer = ca.Leaf, ca.PrivateKey
	}
	der, err := x509.CreateCertificate(rand.Reader, template, issuer, &key.PublicKey, signer)
	if err != nil {
		return nil, err
	}
	keyDER, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		return nil, err
	}
	certPEM := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	keyPEM := pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: keyDER})
	if err := os.WriteFile(keyFile, keyPEM, 0o600); err != nil {
		return nil, err
	}
	if err := os.WriteFile(certFile, certPEM, 0o600); err != nil {
		return nil, err
	}
	made, err := tls.X509KeyPair(certPEM, keyPEM)
	return &made, err
}

// ownAddresses are this host's addresses; none is not an error, loopback is always served.
func ownAddresses() (own []net.IP) {
	all, _ := net.InterfaceAddrs()
	for _, a := range all {
		if n, ok := a.(*net.IPNet); ok {
			own = append(own, n.IP)
		}
	}
	return own
}
