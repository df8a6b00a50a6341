package server

const (
	serviceRange        = "10.43.0.0/16"
	firstServiceAddress = "10.43.0.1"
	podRange            = "10.42.0.0/16"
)

// No fsync: this cluster may be lost with the machine's power, never by the end of its processes.
func (s settings) etcd() []string {
	client, peer := "https://127.0.0.1:"+s.etcdPort, "http://127.0.0.1:"+s.peerPort
	return []string{"etcd", "--name=single", "--data-dir=" + s.file("etcd"), "--unsafe-no-fsync", "--log-level=warn",
		"--listen-client-urls=" + client, "--advertise-client-urls=" + client,
		"--listen-peer-urls=" + peer, "--initial-advertise-peer-urls=" + peer, "--initial-cluster=single=" + peer,
		"--cert-file=" + s.file("etcd.crt"), "--key-file=" + s.file("etcd.key"),
		"--client-cert-auth", "--trusted-ca-file=" + s.file("etcd-ca.crt")}
}

// Without --kubelet-certificate-authority: the node of `make up NODE=1` signs its serving certificate itself, and so does the
// operator's virtual node until the cluster has signed one.
func (s settings) apiserver() []string {
	return append([]string{"kube-apiserver", "--secure-port=" + s.port, "--advertise-address=" + s.advertise,
		"--etcd-servers=https://127.0.0.1:" + s.etcdPort, "--etcd-cafile=" + s.file("etcd-ca.crt"),
		"--etcd-certfile=" + s.file("etcd.crt"), "--etcd-keyfile=" + s.file("etcd.key"),
		"--tls-cert-file=" + s.file("apiserver.crt"), "--tls-private-key-file=" + s.file("apiserver.key"),
		"--client-ca-file=" + s.file("ca.crt"),
		"--kubelet-client-certificate=" + s.file("kubelet-client.crt"), "--kubelet-client-key=" + s.file("kubelet-client.key"),
		"--kubelet-preferred-address-types=InternalIP,Hostname",
		"--enable-aggregator-routing=true", // a metrics-server on the host is reached by its EndpointSlice
		"--requestheader-client-ca-file=" + s.file("front-ca.crt"), "--requestheader-allowed-names=front-proxy",
		"--requestheader-username-headers=X-Remote-User", "--requestheader-group-headers=X-Remote-Group",
		"--requestheader-extra-headers-prefix=X-Remote-Extra-",
		"--proxy-client-cert-file=" + s.file("front-proxy.crt"), "--proxy-client-key-file=" + s.file("front-proxy.key"),
		"--service-account-issuer=https://kubernetes.default.svc.cluster.local",
		"--service-account-key-file=" + s.file("service-accounts.key"),
		"--service-account-signing-key-file=" + s.file("service-accounts.key"),
		"--authorization-mode=Node,RBAC", "--enable-admission-plugins=NodeRestriction",
		"--service-cluster-ip-range=" + serviceRange, "--allow-privileged=true"}, s.apiFlags...)
}

// With its default of 20 requests a second the controller manager needs 7 s to make a new cluster usable, with 500 it needs 2.6 s.
func (s settings) controllerManager() []string {
	conf := s.file("controllers.conf")
	return append([]string{"kube-controller-manager", "--kubeconfig=" + conf, "--authentication-kubeconfig=" + conf,
		"--authorization-kubeconfig=" + conf, "--leader-elect=false",
		"--secure-port=0", // it serves nothing: two clusters on one machine would fight for the default port
		"--kube-api-qps=500", "--kube-api-burst=500", "--use-service-account-credentials",
		"--service-account-private-key-file=" + s.file("service-accounts.key"), "--root-ca-file=" + s.file("ca.crt"),
		"--cluster-signing-cert-file=" + s.file("ca.crt"), "--cluster-signing-key-file=" + s.file("ca.key"),
		"--allocate-node-cidrs=true", "--cluster-cidr=" + podRange, "--service-cluster-ip-range=" + serviceRange}, s.ctlFlags...)
}
