#!/usr/bin/env bats
# bats file_tags=engine
# The table of docs/why.md, line by line: one job as a Deployment with a read-only root, emptyDir and an admission policy, and
# as an EphemeralWorkload. Real Pods on the left (make up NODE=1), the machine's Docker Engine on the right.

load helpers

HERE_WHY=$BATS_TEST_DIRNAME/why
WRITTEN=CARD-4111

# Runs until /tmp/stop is there, and writes once more right before it ends.
APP='while ! [ -e /tmp/stop ]; do sleep 0.1; done; rm /tmp/stop; echo last >>/var/lib/app/last; exit 1'

WRITER='while ! [ -e /tmp/stop ]; do sleep 0.1; done; rm /tmp/stop; mkdir -p /var/lib/other; echo last >/var/lib/other/last; exit 1'

setup_file() {
  node_up
  local container
  container=$(docker create busybox:1.36 sh -c "$APP")
  docker commit -c 'VOLUME /var/lib/app' "$container" mayfly-test/why:1 >/dev/null
  docker rm "$container" >/dev/null
  quietly "$HERE/node.sh" import mayfly-test/why:1
  kubectl apply -f "$HERE_WHY/policy.yaml"
}

teardown_file() {
  kubectl delete ew,deployment --all --wait --timeout=180s
  kubectl delete -f "$HERE_WHY/policy.yaml" --timeout=180s
  node_down
  docker rmi -f mayfly-test/why:1 >/dev/null
}

# stop COMMAND NAME: has it end, which may come before the answer does.
stop() { "$1" "$2" 'touch /tmp/stop' || true; }
# Over SPDY: with WebSocket kubectl may lose what a command prints at once.
pod() { KUBECTL_REMOTE_COMMAND_WEBSOCKETS=false kubectl exec "deployment/$1" -- sh -c "$2"; }
replica() {
  local id
  id=$(docker ps -q --filter "label=mayfly.dev/cluster=$(tail -n 1 "$MAYFLY_LOCAL/clusters")" --filter "label=mayfly.dev/name=$1")
  [ -n "$id" ] && docker exec "$id" sh -c "$2"
}
# complains DEPLOYMENT WORDS: a container that has just been started again has not yet.
complains() { kubectl logs "deployment/$1" | grep "$2"; }
restarted() { [ "$(kubectl get pods -l app="$1" -o 'jsonpath={.items[*].status.containerStatuses[0].restartCount}')" -ge 1 ]; }
# Statuses and Events: what stands in a manifest was said by its author, and what is said of an ew by Mayfly.
all_that_kubernetes_says() {
  kubectl get deployments,replicasets,pods -o 'jsonpath={.items[*].status}'
  kubectl get events --field-selector 'involvedObject.kind!=EphemeralWorkload' -o 'jsonpath={.items[*].message}'
}
condition() { kubectl get "ew/$1" -o "jsonpath={.status.conditions[?(@.type=='$2')].$3}"; }
is() { [[ $(condition "$1" "$2" reason) == "$3" ]]; }
refused() { kubectl create --dry-run=server -n strict deployment open --image=busybox:1.36 2>&1 | grep -q "$1"; }

reported() { kubectl get "ew/$1" -o "jsonpath={.status.ephemerality.$2[*]$3}" | grep -qw -- "$4"; }
degraded_with() { [[ $(condition "$1" Degraded message) == *"$2"* ]]; }

@test "a writable root: the policy refuses it where it is bound; Mayfly needs no policy" {
  eventually refused 'every container must set securityContext.readOnlyRootFilesystem to true'
  kubectl apply -n strict --dry-run=server -f "$HERE_WHY/deployment.yaml"
}

@test "an image VOLUME: a Pod may write to it, in spite of all that, to the node's disk; Mayfly starts nothing and says what to add" {
  kubectl apply -f "$HERE_WHY/deployment.yaml"
  kubectl rollout status deployment/app --timeout=180s
  run pod app 'echo x >/etc/x'
  [[ $output == *"Read-only file system"* ]]
  pod app "echo $WRITTEN >/var/lib/app/c.txt"
  grep -rq "$WRITTEN" "$MAYFLY_LOCAL"/node/containerd/io.containerd.grpc.v1.cri/containers/*/volumes

  kubectl apply -f "$HERE_WHY/workload.yaml"
  eventually is app Degraded UncoveredVolumes
  [[ $(condition app Degraded message) == *"VOLUME /var/lib/app"*"mountPath: /var/lib/app"* ]]
}

@test "a container that ends: the Pod's next one has an empty VOLUME and the old /tmp; a replica's successor has neither" {
  pod app 'echo old >/tmp/old'
  stop pod app
  eventually restarted app
  eventually pod app 'grep -q old /tmp/old'
  [ -z "$(pod app 'ls -A /var/lib/app')" ]

  kubectl patch ew app --type=merge -p '{"spec":{"ephemerality":{"uncoveredVolumes":"Scratch"}}}'
  eventually replica app 'echo old >/tmp/old'
  stop replica app
  eventually replica app '[ ! -e /tmp/old ]'
}

@test "a last write before the end, where the root is writable: Kubernetes names no path; Mayfly names it, and the volume to add" {
  kubectl create deployment writer --image=busybox:1.36 -- sh -c "$WRITER"
  kubectl rollout status deployment/writer --timeout=180s
  sed "s#@WRITER@#$WRITER#" "$HERE_WHY/audited.yaml" | kubectl apply -f -
  eventually replica writer true
  stop pod writer
  stop replica writer

  eventually restarted writer
  eventually pod writer '[ ! -e /var/lib/other ]'
  eventually reported writer findings '.path' /var/lib/other/last
  reported writer suggestedVolumes '' /var/lib/other
  run grep -e "$WRITTEN" -e /var/lib/ <(all_that_kubernetes_says)
  [ "$status" = 1 ]
}

@test "a process that dies of the read-only root: the Pod says that it ended; Mayfly says why, where, and what to add" {
  kubectl apply -f "$HERE_WHY/lockfile.yaml"
  eventually restarted lockfile
  run grep -c /etc/app.lock <(kubectl get pods -l app=lockfile -o 'jsonpath={.items[*].status}')
  [ "$output" = 0 ]
  eventually complains lockfile 'Read-only file system'
  eventually degraded_with lockfile /etc/app.lock
}
