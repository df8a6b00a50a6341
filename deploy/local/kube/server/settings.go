package server

import (
	"fmt"
	"net"
	"path/filepath"
	"strings"
)

// settings are k3s' own flags as far as they mean something here.
type settings struct {
	dataDir    string
	kubeconfig string
	port       string
	advertise  string
	nodeName   string
	names      []string // --tls-san
	apiFlags   []string // --kube-apiserver-arg, such as audit-log-path=FILE
	ctlFlags   []string // --kube-controller-manager-arg
	etcdPort   string
	peerPort   string
}

// parse skips the flags of k3s that have nothing to switch here, such as --disable=traefik.
func parse(args []string) (settings, error) {
	s := settings{dataDir: "/var/lib/kube", kubeconfig: "/etc/rancher/k3s/k3s.yaml", port: "6443", nodeName: "node1"}
	var names, apiFlag, ctlFlag string
	targets := map[string]*string{
		"--data-dir": &s.dataDir, "--write-kubeconfig": &s.kubeconfig, "--https-listen-port": &s.port,
		"--advertise-address": &s.advertise, "--node-name": &s.nodeName, "--tls-san": &names,
		"--kube-apiserver-arg": &apiFlag, "--kube-controller-manager-arg": &ctlFlag,
	}
	for i := 0; i < len(args); i++ {
		flag, value, joined := strings.Cut(args[i], "=")
		target := targets[flag]
		if target == nil {
			continue
		}
		if !joined {
			if i++; i == len(args) {
				return s, fmt.Errorf("%s wants a value", flag)
			}
			value = args[i]
		}
		*target = value
		switch flag {
		case "--tls-san":
			s.names = append(s.names, strings.Split(value, ",")...)
		case "--kube-apiserver-arg":
			s.apiFlags = append(s.apiFlags, "--"+value)
		case "--kube-controller-manager-arg":
			s.ctlFlags = append(s.ctlFlags, "--"+value)
		}
	}
	return s.withFreeEtcdPorts()
}

// Only the API server talks to etcd, so its ports are chosen again at every start and can't clash with anybody's.
func (s settings) withFreeEtcdPorts() (settings, error) {
	for _, port := range []*string{&s.etcdPort, &s.peerPort} {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return s, err
		}
		defer listener.Close() // after both are chosen, so that they differ
		_, *port, _ = net.SplitHostPort(listener.Addr().String())
	}
	return s, nil
}

func (s settings) file(name string) string { return filepath.Join(s.dataDir, name) }
