#!/usr/bin/env bash
# Makes the bundle for the Operator Lifecycle Manager from the chart, the CRDs, samples and csv.yaml.
#   generate.sh [DIRECTORY]    default: target/olm, which is also the build context of its Dockerfile; of the chart MAYFLY_CHART
# shellcheck source=deploy/local/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/../local/lib.sh"
# shellcheck source=deploy/local/test-tools.sh
source "$HERE/test-tools.sh"

OLM=$ROOT/deploy/olm
OUT=${1:-$ROOT/target/olm}
NAMESPACE=mayfly-system
SAMPLES=(web hello image-policy)

prepare_state
has jq || apt_install jq
has yq || apt_install yq # of Debian: jq for YAML
helm_binary

# rendered: the chart's objects as one JSON list, without its hooks and tests.
rendered() {
  helm template mayfly "${MAYFLY_CHART:-$ROOT/helm/mayfly}" --kube-version "$KUBERNETES_VERSION" --namespace "$NAMESPACE" |
    yq -s 'map(select(. != null and .metadata.annotations["helm.sh/hook"] == null))'
}

# crds: what the bundle says of each.
crds() {
  # shellcheck disable=SC2016  # jq's own
  yq -s 'map(.spec.versions[] as $served | {name: .metadata.name, kind: .spec.names.kind, version: $served.name, displayName: .spec.names.kind,
    description: $served.schema.openAPIV3Schema.description})' "$ROOT"/crds/*.yml
}

samples() { for name in "${SAMPLES[@]}"; do cat "$ROOT/deploy/samples/$name.yaml"; echo ---; done | yq -s 'map(select(. != null))'; }

# Helm's labels are none of OLM's business; the namespace is where OLM installs it.
csv() {
  # shellcheck disable=SC2016  # jq's own
  yq --argjson objects "$1" --argjson crds "$(crds)" --argjson samples "$(samples)" --rawfile icon "$OLM/icon.svg" --arg namespace "$NAMESPACE" -y '
    def of($kind): $objects[] | select(.kind == $kind);
    def bound($kind; $role): any($objects[] | select(.kind == $kind); .roleRef.name == $role.metadata.name
      and .metadata.namespace == $role.metadata.namespace and any(.subjects[]; .name == "mayfly" and .namespace == $namespace));
    def clean: del(.["helm.sh/chart"], .["app.kubernetes.io/managed-by"], .["app.kubernetes.io/instance"]);
    (of("Deployment")) as $deployment
    | ($deployment.spec.template.spec.containers[0].image) as $image
    | ($deployment.metadata.labels["app.kubernetes.io/version"]) as $version
    | .metadata.name = "mayfly.v\($version)"
    | .metadata.annotations.containerImage = $image
    | .metadata.annotations["alm-examples"] = ($samples | tojson)
    | .spec.version = $version
    | .spec.icon = [{base64data: ($icon | @base64), mediatype: "image/svg+xml"}]
    | .spec.customresourcedefinitions.owned = $crds
    | .spec.install = {strategy: "deployment", spec: {
        clusterPermissions: [{serviceAccountName: "mayfly", rules: (
          [of("ClusterRole") | select(. as $role | bound("ClusterRoleBinding"; $role)) | .rules[]]
          + [of("Role") | select(.metadata.namespace != $namespace) | select(. as $role | bound("RoleBinding"; $role)) | .rules[]])}],
        permissions: [{serviceAccountName: "mayfly", rules:
          [of("Role") | select(.metadata.namespace == $namespace) | select(. as $role | bound("RoleBinding"; $role)) | .rules[]]}],
        deployments: [{name: $deployment.metadata.name, label: ($deployment.metadata.labels | clean), spec: ($deployment.spec
          | .selector.matchLabels |= clean
          | .template.metadata.labels |= clean
          | .template.spec.containers[0].env |= map(
              if .name == "MAYFLY_NAMESPACE" then del(.value) | .valueFrom.fieldRef.fieldPath = "metadata.namespace" else . end))}]}}
  ' "$OLM/csv.yaml"
}

# The roles that are part of view, edit and admin.
roles() {
  jq -c '.[] | select(.kind == "ClusterRole" and (.metadata.name | test("-(view|edit|admin)$")))
    | .metadata = {name: ("mayfly" + (.metadata.name | capture("(?<role>-[a-z]+)$").role)),
        labels: (.metadata.labels | with_entries(select(.key | startswith("rbac."))))}' <<<"$1"
}

objects=$(rendered)
rm -rf "$OUT"
mkdir -p "$OUT/manifests" "$OUT/metadata"
cp "$OLM/bundle.Dockerfile" "$OUT/"
cp "$ROOT"/crds/*.yml "$OUT/manifests/"
csv "$objects" >"$OUT/manifests/mayfly.clusterserviceversion.yaml"
roles "$objects" | while read -r role; do
  yq -y . <<<"$role" >"$OUT/manifests/$(jq -r .metadata.name <<<"$role").clusterrole.yaml"
done
cat >"$OUT/metadata/annotations.yaml" <<'YAML'
annotations:
  operators.operatorframework.io.bundle.mediatype.v1: registry+v1
  operators.operatorframework.io.bundle.manifests.v1: manifests/
  operators.operatorframework.io.bundle.metadata.v1: metadata/
  operators.operatorframework.io.bundle.package.v1: mayfly
  operators.operatorframework.io.bundle.channels.v1: alpha
  operators.operatorframework.io.bundle.channel.default.v1: alpha
YAML
