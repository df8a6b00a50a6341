#!/usr/bin/env bash
# metrics-server, built from its Go module, as a process on this host: for kubectl top and HorizontalPodAutoscalers in the cluster
# built here.
#   metrics-server.sh build | up | down
# shellcheck source=deploy/local/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# renovate: sigs.k8s.io/metrics-server
VERSION=v0.9.0
PROGRAM=metrics-server
PORT=10443
DIR=$LOCAL/$PROGRAM
export KUBECONFIG=$KUBECONFIG_FILE

build() {
  prepare_state
  [ ! -x "$BIN/$PROGRAM" ] || return 0
  find_go "$PROGRAM"
  say "building $PROGRAM $VERSION from its Go module; once only, two minutes"
  with_progress "building $PROGRAM" "$LOG/$PROGRAM-build.log" \
    env CGO_ENABLED=0 GOBIN="$BIN" go install -trimpath -ldflags '-s -w' "sigs.k8s.io/metrics-server/cmd/metrics-server@$VERSION"
}

# Where the API server reaches it: loopback won't do for one in a container, docker0's address serves.
address() { ip -4 -o addr show docker0 | awk '{ sub("/.*", "", $4); print $4 }'; }

up() {
  local address
  step "$PROGRAM"
  build
  [ "$("$HERE/cluster.sh" kind)" = built ] || fail "$PROGRAM is started here for the cluster built here only" "k3s brings its own"
  address=$(address)
  [ -n "$address" ] || fail "$PROGRAM needs the engine's docker0 on this host" "use an engine on this machine"
  manifest "$address" | kubectl apply -f - | sed 's/^/    /'
  mkdir -p "$DIR"
  # --metric-resolution must exceed --kubelet-request-timeout (10 s), or it ends at once
  alive "$PROGRAM" "$PROGRAM" ||
    daemon "$PROGRAM" "$BIN/$PROGRAM" --kubeconfig="$KUBECONFIG_FILE" --authentication-kubeconfig="$KUBECONFIG_FILE" \
      --authorization-kubeconfig="$KUBECONFIG_FILE" --bind-address="$address" --secure-port="$PORT" --cert-dir="$DIR" \
      --kubelet-insecure-tls --kubelet-preferred-address-types=InternalIP --kubelet-use-node-status-port --metric-resolution=15s
  await 60 "$PROGRAM" kubectl top node || fail "$PROGRAM gives no metrics" "see $LOG/$PROGRAM.log"
  say "kubectl top node    # and kubectl top pod"
}

down() {
  stop "$PROGRAM" "$PROGRAM"
  rm -rf "$DIR"
}

# A Service without a selector: what is behind it is a process of the host.
manifest() {
  cat <<YAML
apiVersion: v1
kind: Service
metadata: {name: $PROGRAM, namespace: kube-system}
spec: {ports: [{name: https, port: 443, targetPort: $PORT}]}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: $PROGRAM-1, namespace: kube-system, labels: {kubernetes.io/service-name: $PROGRAM}}
addressType: IPv4
ports: [{name: https, port: $PORT, protocol: TCP}]
endpoints: [{addresses: ["$1"], conditions: {ready: true}}]
---
apiVersion: apiregistration.k8s.io/v1
kind: APIService
metadata: {name: v1beta1.metrics.k8s.io}
spec:
  group: metrics.k8s.io
  version: v1beta1
  groupPriorityMinimum: 100
  versionPriority: 100
  insecureSkipTLSVerify: true
  service: {name: $PROGRAM, namespace: kube-system, port: 443}
YAML
}

case ${1:-} in
  build | up | down) "$1" ;;
  *) fail "usage: metrics-server.sh build | up | down" ;;
esac
