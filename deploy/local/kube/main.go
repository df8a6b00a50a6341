// Command kube is Kubernetes in one binary: the name it is called by, or else its first argument, picks the component.
// "server" behaves as "k3s server" does: it runs the whole control plane as a process tree of this same binary.
package main

import (
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	name := filepath.Base(os.Args[0])
	if components[name] == nil && len(os.Args) > 1 {
		os.Args = os.Args[1:]
		name = filepath.Base(os.Args[0])
	}
	run := components[name]
	if run == nil {
		fmt.Fprintln(os.Stderr, "usage: kube server|etcd|kube-apiserver|kube-controller-manager|kube-scheduler|kubelet|kube-proxy|kubectl …")
		os.Exit(2)
	}
	os.Exit(run())
}
