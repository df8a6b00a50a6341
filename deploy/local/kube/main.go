// Command kube is the control plane of Kubernetes in one binary, with kubectl. "kube server" behaves as "k3s server" does: it runs
// etcd, the API server and the controller manager as a process tree of this same binary. The programs of a node are in ./node.
package main

import (
	"os"

	"github.com/spf13/cobra"
	"go.etcd.io/etcd/server/v3/etcdmain"
	"k8s.io/component-base/cli"
	_ "k8s.io/component-base/logs/json/register"
	_ "k8s.io/component-base/metrics/prometheus/clientgo"
	_ "k8s.io/component-base/metrics/prometheus/version"
	kubectl "k8s.io/kubectl/pkg/cmd"
	kubectlutil "k8s.io/kubectl/pkg/cmd/util"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	controllermanager "k8s.io/kubernetes/cmd/kube-controller-manager/app"
	"mayfly.dev/local/kube/multicall"
	"mayfly.dev/local/kube/server"
)

func main() {
	multicall.Main(map[string]func() int{
		"server":                  server.Run,
		"etcd":                    func() int { etcdmain.Main(os.Args); return 0 },
		"kube-apiserver":          func() int { return cli.Run(apiserver.NewAPIServerCommand()) },
		"kube-controller-manager": func() int { return cli.Run(controllermanager.NewControllerManagerCommand()) },
		"kubectl":                 func() int { return runKubectl(kubectl.NewDefaultKubectlCommand()) },
	})
}

func runKubectl(command *cobra.Command) int {
	if err := cli.RunNoErrOutput(command); err != nil {
		kubectlutil.CheckErr(err) // prints as kubectl does, and exits with its code
	}
	return 0
}
