// Package server behaves as "k3s server" does. It imports nothing of Kubernetes, so that `go vet` looks at it within seconds.
package server

import (
	"fmt"
	"log"
	"net"
	"os"
	"os/signal"
	"runtime"
	"syscall"
	"time"
)

// Run makes certificates and kubeconfig, runs the control plane, and prints the log line that callers wait for.
func Run() int {
	runtime.LockOSThread() // Pdeathsig follows the thread that started the child
	log.SetFlags(log.Ltime)
	if err := controlPlane(os.Args[1:]); err != nil {
		log.Print(err)
		return 1
	}
	return 0
}

func controlPlane(args []string) error {
	started := time.Now()
	s, err := parse(args)
	if err != nil {
		return err
	}
	if s.advertise == "" {
		s.advertise = reachableAddress()
	}
	if err := os.MkdirAll(s.dataDir, 0o700); err != nil {
		return err
	}
	if err := os.MkdirAll(os.TempDir(), 0o1777); err != nil { // an image made from nothing has none
		return err
	}
	if err := s.ensureCertificates(); err != nil {
		return fmt.Errorf("certificates in %s: %w", s.dataDir, err)
	}
	if err := s.writeKubeconfigs(); err != nil {
		return err
	}
	ended := make(chan os.Signal, 1)
	signal.Notify(ended, syscall.SIGTERM, syscall.SIGINT)
	tree := newTree(s.dataDir)
	defer tree.stop()
	api, err := s.adminClient()
	if err != nil {
		return err
	}
	if err := tree.start(s.etcd(), s.apiserver()); err != nil {
		return err
	}
	if err := tree.await(ended, func() bool { return api.ok("/readyz") }); err != nil {
		return err
	}
	log.Printf("API server ready after %.1f s", time.Since(started).Seconds())
	if err := tree.start(s.controllerManager()); err != nil {
		return err
	}
	if err := tree.await(ended, func() bool { return api.ok("/api/v1/namespaces/default/serviceaccounts/default") }); err != nil {
		return err
	}
	log.Printf("all ready after %.1f s", time.Since(started).Seconds())
	fmt.Fprintln(os.Stderr, "Node controller sync successful") // k3s' words: Testcontainers waits for them
	return tree.await(ended, func() bool { return false })
}

// reachableAddress is what Pods call the API server by: Kubernetes refuses a loopback address here.
func reachableAddress() string {
	for _, address := range ownAddresses() {
		if v4 := address.To4(); v4 != nil && v4.IsGlobalUnicast() {
			return v4.String()
		}
	}
	return net.IPv4(192, 0, 2, 1).String() // no network at all, hence no Pods either: a documentation address will do
}
