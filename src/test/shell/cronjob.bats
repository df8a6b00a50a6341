#!/usr/bin/env bats
# bats file_tags=engine
# deploy/samples/cronjob.yaml with a real node: Kubernetes' own CronJob, Job and Pod start a task, which Mayfly runs.

load helpers

KUBECTL_IMAGE=registry.k8s.io/kubectl:v1.34.4

setup_file() {
  node_up
  timeout 20 docker pull -q "$KUBECTL_IMAGE" >/dev/null 2>&1 || stand_in
}

teardown_file() {
  kubectl delete cronjob,et --all --wait --timeout=180s
  node_down
  [ ! -e "$BATS_FILE_TMPDIR/stand-in" ] || docker rmi -f "$KUBECTL_IMAGE" >/dev/null
}

# The same kubectl under the same name, where that can't be pulled.
stand_in() {
  touch "$BATS_FILE_TMPDIR/stand-in"
  tar -C "$BIN" --owner=0 --group=0 --transform 's#^kube$#bin/kubectl#' -c kube |
    docker import -c 'ENV PATH=/bin' - "$KUBECTL_IMAGE" >/dev/null
  quietly "$HERE/node.sh" import "$KUBECTL_IMAGE"
}

started() { [ -n "$(kubectl get et -l app=nightly-report -o name)" ]; }

@test "a CronJob as Kubernetes has it starts a task, which runs to completion" {
  sed 's/"30 2 \* \* \*"/"* * * * *"/' "$ROOT/deploy/samples/cronjob.yaml" | kubectl apply -f -
  within 240 started # at the next minute, by a Pod
  local task
  task=$(kubectl get et -l app=nightly-report -o name | head -n 1)
  kubectl wait --for=condition=Complete "$task" --timeout=180s
  run kubectl get "$task" -o 'jsonpath={.status.results[0].message}'
  [[ $output == "report of 20"* ]]
}
