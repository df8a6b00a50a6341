#!/usr/bin/env bats
# The bundle for the Operator Lifecycle Manager says what the chart does. Its validators run in make soak.

load helpers

setup_file() {
  export BUNDLE=$BATS_FILE_TMPDIR/olm PATH=$BIN:$PATH # helm
  quietly "$ROOT/deploy/olm/generate.sh" "$BUNDLE"
  helm template mayfly "$ROOT/helm/mayfly" --kube-version 1.34.4 --namespace mayfly-system | yq -s 'map(select(. != null))' >"$BATS_FILE_TMPDIR/chart"
  yq . "$BUNDLE/manifests/mayfly.clusterserviceversion.yaml" >"$BATS_FILE_TMPDIR/csv"
}

chart() { jq -r "$@" "$BATS_FILE_TMPDIR/chart"; }
csv() { jq -r "$@" "$BATS_FILE_TMPDIR/csv"; }

@test "the operator has the chart's rights, no more and no less" {
  rules='sort_by(tojson)'
  [ "$(csv -c "[.spec.install.spec | .clusterPermissions[].rules[], .permissions[].rules[]] | $rules")" = \
    "$(chart -c "[.[] | select(.kind == \"ClusterRole\" or .kind == \"Role\") | select(.metadata.annotations[\"helm.sh/hook\"] == null)
      | select(.metadata.name | test(\"-(view|edit|admin)\$\") | not) | .rules[]] | $rules")" ]
}

@test "its Pod is the chart's" {
  pod='.template.spec | del(.containers[0].env)'
  [ "$(csv -c ".spec.install.spec.deployments[0].spec$pod")" = "$(chart -c ".[] | select(.kind == \"Deployment\").spec$pod")" ]
  [ "$(csv '.spec.install.spec.deployments[0].spec.template.spec.containers[0].env[] | select(.name == "MAYFLY_NAMESPACE").valueFrom.fieldRef.fieldPath')" = metadata.namespace ]
}

@test "CRDs, roles, examples and version are there" {
  diff -r --exclude='mayfly*' "$ROOT/crds" "$BUNDLE/manifests"
  [ "$(csv '.spec.customresourcedefinitions.owned[].kind' | sort | xargs)" = "EphemeralTask EphemeralWorkload ImagePolicy" ]
  [ "$(csv '.metadata.annotations["alm-examples"] | fromjson | .[].kind' | sort | xargs)" = "EphemeralTask EphemeralWorkload ImagePolicy" ]
  [ "v$(csv .spec.version)" = "v$(sed -n 's/^appVersion: *//p' "$ROOT/helm/mayfly/Chart.yaml")" ]
  [ -f "$BUNDLE/manifests/mayfly-edit.clusterrole.yaml" ]
}

@test "the capability level's evidence exists" {
  # shellcheck disable=SC2016  # Markdown's own
  while read -r test; do
    [ -n "$(find "$ROOT/src/test" -name "$test.java" -o -name "$test")" ] || { echo "no $test" && return 1; }
  done < <(grep -o '`[A-Za-z]*\(IT\|Test\|\.bats\)`' "$ROOT/deploy/olm/README.md" | tr -d '`')
}
