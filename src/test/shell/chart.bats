#!/usr/bin/env bats
# The chart, and what is generated from it. Neither engine nor cluster.
# Takes about 10 s.

load helpers

setup_file() {
  own_state
  # shellcheck source=/dev/null
  source "$HERE/lib.sh"
  # shellcheck source=/dev/null
  source "$HERE/test-tools.sh"
  chart_tools
  "$HERE/schemas.sh" "$MAYFLY_LOCAL/schemas"
}

teardown_file() { rm -rf "$MAYFLY_LOCAL"; }

rendered() { helm template mayfly "$ROOT/helm/mayfly" -n mayfly-system --kube-version 1.34.4 "$@"; }

# conforms OPTION…: what the chart renders with them is of Kubernetes' schemas. Kinds of others are not Kubernetes'.
conforms() {
  rendered "$@" >"$MAYFLY_LOCAL/rendered.yaml"
  kubeconform -strict -skip ServiceMonitor,PodMonitor,PrometheusRule \
    -schema-location "$MAYFLY_LOCAL/schemas/{{ .ResourceKind }}{{ .KindSuffix }}.json" "$MAYFLY_LOCAL/rendered.yaml"
}

# read_only OPTION…: the operator, two hooks and the test, which are all containers that the chart renders with them.
read_only() {
  rendered "$@" >"$MAYFLY_LOCAL/rendered.yaml"
  [ "$(grep -c '^ *image: ' "$MAYFLY_LOCAL/rendered.yaml")" = 4 ]
  [ "$(grep -c '^ *readOnlyRootFilesystem: true$' "$MAYFLY_LOCAL/rendered.yaml")" = 4 ]
}

@test "helm lint finds nothing, with the hardened values neither" {
  helm lint --strict "$ROOT/helm/mayfly"
  helm lint --strict "$ROOT/helm/mayfly" -f "$ROOT/helm/mayfly/values-hardened.yaml"
}

@test "what it renders is of Kubernetes' schemas" {
  conforms
  conforms -f "$ROOT/helm/mayfly/values-hardened.yaml"
  [ "$(grep -c '^kind: NetworkPolicy$' "$MAYFLY_LOCAL/rendered.yaml")" = 1 ]
  conforms --set engine.address=tcp://engine:2376,replicas=2,uninstall.workloads=Delete
  conforms --set monitoring.enabled=true,monitoring.reader.name=prometheus,monitoring.reader.namespace=monitoring
  [ "$(grep -cE '^kind: (ServiceMonitor|PrometheusRule)$' "$MAYFLY_LOCAL/rendered.yaml")" = 2 ]
}

@test "told to keep workloads, it has no hook of its end" {
  run grep -c 'helm.sh/hook: [a-z]*-delete' <(rendered --set uninstall.workloads=Keep)
  [ "$output" = 0 ]
}

@test "a field that Kubernetes does not know would be found" {
  rendered | sed 's/hostPID:/hostPid:/' >"$MAYFLY_LOCAL/wrong.yaml"
  run kubeconform -strict -schema-location "$MAYFLY_LOCAL/schemas/{{ .ResourceKind }}{{ .KindSuffix }}.json" "$MAYFLY_LOCAL/wrong.yaml"
  [ "$status" = 1 ]
  [[ $output == *hostPid* ]]
}

@test "unknown and impossible values are refused" {
  for value in imge.tag=1 engine.sockt=/x uninstall.workloads=Maybe replicas=0 engine.address=http://x; do
    run rendered --set "$value"
    [ "$status" != 0 ]
  done
  run rendered --set replicas=2
  [[ $output == *"set engine.address, or replicas to 1"* ]]
}

@test "two operators get a disruption budget and are spread, one gets neither" {
  rendered --set engine.address=tcp://engine:2376,replicas=2 >"$MAYFLY_LOCAL/two.yaml"
  grep -q 'kind: PodDisruptionBudget' "$MAYFLY_LOCAL/two.yaml"
  grep -q topologySpreadConstraints "$MAYFLY_LOCAL/two.yaml"
  run grep -cE 'PodDisruptionBudget|topologySpreadConstraints' <(rendered)
  [ "$output" = 0 ]
}

@test "an operator of an engine elsewhere has nothing of its node" {
  rendered --set engine.address=tcp://engine:2376 >"$MAYFLY_LOCAL/remote.yaml"
  run grep -E 'hostPath:|hostNetwork|hostPID|Unconfined|runAsUser: 0|add:' "$MAYFLY_LOCAL/remote.yaml"
  [ "$status" = 1 ]
}

@test "every container's root file system is read-only" {
  read_only
  read_only -f "$ROOT/helm/mayfly/values-hardened.yaml"
  read_only --set engine.address=tcp://engine:2376
}

@test "no Pod but the named ones has a token, and all drop all capabilities" {
  rendered >"$MAYFLY_LOCAL/rendered.yaml"
  [ "$(grep -c 'automountServiceAccountToken: true' "$MAYFLY_LOCAL/rendered.yaml")" = 4 ] # operator, two hooks, test
  [ "$(grep -c 'drop: \[ALL\]' "$MAYFLY_LOCAL/rendered.yaml")" = 4 ]
  [ "$(grep -c '^automountServiceAccountToken: false' "$MAYFLY_LOCAL/rendered.yaml")" = "$(grep -c '^kind: ServiceAccount$' "$MAYFLY_LOCAL/rendered.yaml")" ]
}

@test "the plain manifests, the list of images and the table of values are generated from the chart" {
  mkdir "$MAYFLY_LOCAL/manifests"
  "$ROOT/deploy/manifests/generate.sh" "$MAYFLY_LOCAL/manifests"
  for file in "$MAYFLY_LOCAL"/manifests/*; do
    diff "$ROOT/deploy/manifests/${file##*/}" "$file" || { echo "run deploy/manifests/generate.sh" && return 1; }
  done
  diff "$ROOT/docs/reference/values.md" <("$ROOT/deploy/manifests/values.sh") ||
    { echo "run deploy/manifests/values.sh >docs/reference/values.md" && return 1; }
}

@test "kustomize builds them, with every object of the chart" {
  [ "$(kubectl kustomize "$ROOT/deploy/manifests" | grep -c '^kind:')" = $(($(rendered --no-hooks | grep -c '^kind:') + 4)) ]
}
