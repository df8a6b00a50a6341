#!/usr/bin/env bats
# bats file_tags=engine
# The operator as a Pod of a real kubelet, from the chart: what it reaches, its upgrade, its end.

load helpers

setup_file() {
  export EARLIER=0.0.9 CURRENT CHART=$ROOT/helm/mayfly
  CURRENT=$(sed -n 's/^version: //p' "$CHART/Chart.yaml")
  node_up
  ip route replace 10.43.0.0/16 dev docker0 # the story's machine has no default route; an ordinary one has
  "$HERE/operator.sh" down
  kubectl delete -f "$ROOT/deploy/operator/" --wait
  quietly "$ROOT/deploy/image/build.sh" load
  earlier_release
  MAYFLY_CHART=$MAYFLY_LOCAL/earlier/mayfly "$HERE/helm.sh" up
}

# earlier_release: a chart of an earlier version, which lacks an object, and its image, which is another one.
earlier_release() {
  mkdir -p "$MAYFLY_LOCAL/earlier"
  cp -R "$CHART" "$MAYFLY_LOCAL/earlier/"
  sed -i "s/^\(version\|appVersion\): .*/\1: $EARLIER/" "$MAYFLY_LOCAL/earlier/mayfly/Chart.yaml"
  rm "$MAYFLY_LOCAL/earlier/mayfly/templates/admissionpolicy.yaml"
  printf 'FROM mayfly/operator:%s\nLABEL earlier=yes\n' "$CURRENT" | docker build -q -t "mayfly/operator:$EARLIER" -
  "$HERE/node.sh" import "mayfly/operator:$EARLIER"
}

teardown_file() {
  if [ -n "${MAYFLY_NODE_STATE:-}" ]; then
    "$HERE/helm.sh" down
    make_quietly up NODE=1 # the next file's operator is a process
  fi
  node_down
}

release() { helm "$@" -n mayfly-system; }
upgrade() { release upgrade mayfly "$CHART" --reset-then-reuse-values --wait "$@"; }
ids() { docker ps -q --no-trunc --filter label=mayfly.dev/name=kept | sort; }
two_run() { [ "$(ids | wc -l)" = 2 ]; }
condition() { kubectl get ew "$1" -o "jsonpath={.status.conditions[?(@.type==\"Ephemeral\")].$2}"; }
has_reason() { [ "$(condition "$1" reason)" = "$2" ]; }
image() { kubectl -n mayfly-system get pods -l app.kubernetes.io/name=mayfly -o jsonpath='{.items[*].spec.containers[*].image}'; }
policies() { kubectl get validatingadmissionpolicies -o name; }
virtual_node() { kubectl get nodes -l mayfly.dev/virtual-node -o name; }
healed() { two_run && ! ids | grep -qx "$1"; }

# workload NAME REPLICAS: which says something, and whose writes are looked for.
workload() {
  kubectl apply -f - <<YAML
apiVersion: mayfly.dev/v1alpha1
kind: EphemeralWorkload
metadata: {name: $1}
spec:
  replicas: $2
  ephemerality: {mode: Audit, audit: {periodSeconds: 2}}
  template: {image: "busybox:1.36", command: [sh, -c, "echo said; exec tail -f /dev/null"], terminationGracePeriodSeconds: 1}
YAML
}

# logged POD: it is there, a moment after its replica, and its output can be read.
logged() { [ "$(kubectl logs "$1")" = said ]; }

# exact NAME: it is Clean, which an audit that can't see the layers is not (Inexact), and what its replica 0 writes is found.
exact() {
  eventually has_reason "$1" Clean
  eventually quietly kubectl exec "$1-0" -- sh -c 'echo 4111 >/var/card'
  eventually has_reason "$1" Findings
  [[ $(condition "$1" message) == *"/var/card (Added)"* ]]
}

# capabilities BIT…: the running operator has these and no other.
capabilities() {
  local pid wanted=0 bit
  pid=$(pgrep -f '^/opt/java/bin/java .*quarkus-run.jar operator')
  for bit in "$@"; do wanted=$((wanted | 1 << bit)); done
  [ "$((0x$(sed -n 's/^CapEff:\t//p' "/proc/$pid/status")))" = "$wanted" ]
}

@test "a workload is scaled by it, logs and exec go through its node, and its audit is exact" {
  workload kept 0
  kubectl scale ew/kept --replicas=20
  kubectl wait --for=jsonpath='{.status.readyReplicas}'=20 ew/kept --timeout=180s
  kubectl scale ew/kept --replicas=2
  kubectl wait --for=jsonpath='{.status.replicas}'=2 ew/kept --timeout=180s
  eventually two_run # the others are in no number while they are stopped
  eventually logged kept-0
  exact kept
}

@test "an upgrade of chart and image keeps the containers, and so does its rollback" {
  local before
  before=$(ids)
  [ "$(wc -l <<<"$before")" = 2 ]
  [ "$(image)" = "mayfly/operator:$EARLIER" ]
  [ -z "$(policies)" ]
  kubectl apply --server-side --force-conflicts -f "$CHART/crds/"
  upgrade
  [ "$(image)" = "mayfly/operator:$CURRENT" ]
  [[ $(policies) == *mayfly.mayfly-system.mayfly.templates* ]]
  [ "$(ids)" = "$before" ]
  release rollback mayfly --wait
  [ "$(image)" = "mayfly/operator:$EARLIER" ]
  [ -z "$(policies)" ]
  [ "$(ids)" = "$before" ]
  upgrade
  [ "$(ids)" = "$before" ]
  docker kill "${before%%$'\n'*}"
  eventually healed "${before%%$'\n'*}"
}

@test "a task of the release's own test runs" {
  release test mayfly --timeout 300s
}

@test "the operator has the capabilities of the chart and no other" {
  capabilities 0 1 3 4 5 12 19 21
}

# restricted OPTION…: the Pods that the chart makes with these options, tried in the namespace restricted and not made.
restricted() {
  helm template mayfly "$CHART" -n mayfly-system --kube-version 1.34.4 "$@" |
    yq -s '{apiVersion: "v1", kind: "List", items: map(select(.kind == "Deployment" or .kind == "Job" or .kind == "Pod") | {apiVersion: "v1", kind: "Pod",
      metadata: {name: .metadata.name, namespace: "restricted"}, spec: (.spec.template.spec // .spec | del(.serviceAccountName, .restartPolicy))})}' |
    kubectl create --dry-run=server -f -
}

@test "Pod Security's level restricted takes hooks, the test and an operator elsewhere, and refuses one beside its engine for the documented reasons" {
  kubectl create namespace restricted
  kubectl label namespace restricted pod-security.kubernetes.io/enforce=restricted
  run restricted --set engine.address=tcp://engine:2376
  [[ $status = 0 && $output == *"pod/mayfly created"* ]]
  for values in values.yaml values-hardened.yaml; do
    run restricted -f "$CHART/$values"
    [ "$(grep -c '^pod/mayfly-uninstall.* created' <<<"$output")" = 2 ]
    [[ $output == *"pod/mayfly-test created"* ]]
    [ "$(grep -c '^Error' <<<"$output")" = 1 ]
    while read -r reason; do
      grep -qF "$reason" "$ROOT/docs/decisions/pod-security.md" || { echo "not documented: $reason" && return 1; }
    done < <(grep '^Error' <<<"$output" | sed 's/.*"restricted:latest": //; s/ ([^()]*)\(, \|$\)/\n/g' | grep .)
  done
  kubectl delete namespace restricted
}

@test "with the hardened values a workload runs, its audit is exact, and the operator is not uninstalled while there is one" {
  upgrade -f "$CHART/values-hardened.yaml"
  capabilities 0 1 3 4 12 21
  workload hard 1
  kubectl wait --for=condition=Ready ew/hard --timeout=180s
  exact hard
  kubectl delete ew/hard --timeout=180s
  run release uninstall mayfly --timeout 180s
  [ "$status" != 0 ]
  [[ $(kubectl -n mayfly-system logs job/mayfly-uninstall) == *"EphemeralWorkload default/kept"* ]]
  [ "$(ids | wc -l)" = 2 ]
  release rollback mayfly --wait # of the refused end
}

@test "told to keep workloads, it leaves them their containers, which the next release takes over" {
  local before
  before=$(ids)
  upgrade --set uninstall.workloads=Keep
  release get values mayfly -o yaml >"$MAYFLY_LOCAL/values.yaml"
  release uninstall mayfly --wait --timeout 180s
  [ "$(ids)" = "$before" ]
  [ -n "$(kubectl get ew kept -o jsonpath='{.metadata.finalizers}')" ]
  [ -n "$(virtual_node)" ]
  release install mayfly "$CHART" -f "$MAYFLY_LOCAL/values.yaml" --set uninstall.workloads=Delete --wait
  kubectl scale ew/kept --replicas=1
  kubectl wait --for=jsonpath='{.status.replicas}'=1 ew/kept --timeout=180s
  grep -qxF "$(ids)" <<<"$before"
}

@test "with its CRD a workload goes, containers first, and the operator serves the CRD that comes again" {
  kubectl delete crd ephemeralworkloads.mayfly.dev --timeout=180s
  [ -z "$(docker ps -aq --filter label=mayfly.dev/name=kept)" ]
  kubectl apply --server-side -f "$CHART/crds/"
  eventually kubectl wait --for=condition=Established --timeout=5s -f "$CHART/crds/" # breaks off where there are no conditions yet
  eventually quietly workload kept 1
  kubectl wait --for=condition=Ready ew/kept --timeout=180s
}

@test "told to delete workloads, it does so first; CRDs stay, its node and its namespace go" {
  release uninstall mayfly --wait --timeout 180s
  [ -z "$(docker ps -aq --filter label=mayfly.dev/name=kept)" ]
  kubectl get crd ephemeralworkloads.mayfly.dev
  [ -z "$(kubectl get ew,et -A -o name)" ]
  [ -z "$(virtual_node)" ]
  kubectl delete namespace mayfly-system --timeout=60s # nothing in it has a finalizer that nobody takes off
  kubectl delete -f "$ROOT/crds/" --timeout=180s
}
