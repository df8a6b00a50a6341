#!/usr/bin/env bash
# On an instance, as root: Docker for ADMIN, k3s, the operator's image, the chart by k3s' Helm controller, the command line. It may be run
# again at any time, for example after a `git pull`. Settings are read from /etc/default/mayfly.
# shellcheck source=deploy/local/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/../local/lib.sh"

SETTINGS=${MAYFLY_SETTINGS:-/etc/default/mayfly}
K3S=${MAYFLY_K3S_DIRECTORY:-/var/lib/rancher/k3s}
ADMIN=ubuntu
# shellcheck source=/dev/null
[ ! -f "$SETTINGS" ] || source "$SETTINGS"

docker_engine() {
  step "Docker"
  systemctl enable --now docker
  usermod -aG docker "$ADMIN" # from the next login on
  say "$(docker version --format '{{.Server.Version}}'), for $ADMIN without sudo"
}

k3s_cluster() {
  step "k3s"
  if ! has k3s; then
    curl -sfL https://get.k3s.io | INSTALL_K3S_VERSION="v$KUBERNETES_VERSION+k3s1" sh -s - --write-kubeconfig-mode 640 --write-kubeconfig-group docker
  fi
  await 120 "k3s" k3s kubectl wait --for=condition=Ready node --all --timeout=5s || fail "k3s has no node that is ready" "journalctl -u k3s"
  say "$(k3s kubectl version -o json | jq -r .serverVersion.gitVersion)"
}

# k3s has an image store of its own, beside Docker's.
operator_image() {
  step "The operator's image"
  "$ROOT/deploy/image/build.sh"
  k3s ctr images import "$ROOT/target/image/operator.tar"
}

# k3s installs and upgrades the chart of this file; CRDs are applied by hand, since Helm never upgrades them.
chart() {
  step "Chart"
  k3s kubectl apply --server-side -f "$ROOT/helm/mayfly/crds/"
  mkdir -p "$K3S/server/manifests"
  helm_chart >"$K3S/server/manifests/mayfly.yaml"
  await 180 "the operator" k3s kubectl -n mayfly-system rollout status deployment/mayfly --timeout=5s ||
    fail "the operator's Pod is not ready" "k3s kubectl -n mayfly-system describe pods"
}

helm_chart() {
  cat <<YAML
apiVersion: v1
kind: Namespace
metadata: {name: mayfly-system}
---
apiVersion: helm.cattle.io/v1
kind: HelmChart
metadata: {name: mayfly, namespace: kube-system}
spec:
  targetNamespace: mayfly-system
  chartContent: $(tar -C "$ROOT/helm" --sort=name --owner=0 --group=0 --mtime=@0 -cf - mayfly | gzip -n | base64 -w 0)
YAML
}

command_line() {
  "$HERE/cli.sh" install
}

is_root || fail "this installs packages and services" "sudo $0"
prepare_state
docker_engine
k3s_cluster
operator_image
chart
command_line
step "Mayfly runs"
say "export KUBECONFIG=/etc/rancher/k3s/k3s.yaml"
say "kubectl apply -f $ROOT/deploy/samples/web.yaml"
