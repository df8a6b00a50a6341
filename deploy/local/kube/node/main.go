// Command node is what a cluster needs to run Pods: scheduler, kubelet and kube-proxy in one binary. It is a binary of its own
// because most clusters here have no node, and these programs are a good part of what there is to compile.
package main

import (
	"context"

	"k8s.io/component-base/cli"
	_ "k8s.io/component-base/logs/json/register"
	_ "k8s.io/component-base/metrics/prometheus/clientgo"
	_ "k8s.io/component-base/metrics/prometheus/version"
	proxy "k8s.io/kubernetes/cmd/kube-proxy/app"
	scheduler "k8s.io/kubernetes/cmd/kube-scheduler/app"
	kubelet "k8s.io/kubernetes/cmd/kubelet/app"
	"mayfly.dev/local/kube/multicall"
)

func main() {
	multicall.Main(map[string]func() int{
		"kube-scheduler": func() int { return cli.Run(scheduler.NewSchedulerCommand()) },
		"kube-proxy":     func() int { return cli.Run(proxy.NewProxyCommand()) },
		"kubelet":        func() int { return cli.Run(kubelet.NewKubeletCommand(context.Background())) },
	})
}
