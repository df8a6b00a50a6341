package server

import (
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"os"
	"time"
)

type client struct {
	http *http.Client
	base string
}

func (s settings) adminClient() (*client, error) {
	authority, err := os.ReadFile(s.file("ca.crt"))
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(authority)
	admin, err := tls.LoadX509KeyPair(s.file("admin.crt"), s.file("admin.key"))
	if err != nil {
		return nil, err
	}
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, Certificates: []tls.Certificate{admin}}}
	return &client{&http.Client{Timeout: 5 * time.Second, Transport: transport}, "https://127.0.0.1:" + s.port}, nil
}

func (c *client) ok(path string) bool {
	response, err := c.http.Get(c.base + path)
	if err != nil {
		return false
	}
	response.Body.Close()
	return response.StatusCode == http.StatusOK
}
