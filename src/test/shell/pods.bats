#!/usr/bin/env bats
# bats file_tags=engine
# Replicas as Pods beside a real node (NODE=1): a Service reaches them from the host and from real Pods, and nothing is scheduled to
# their node.

load helpers

setup_file() {
  export MAYFLY_NODE_ENABLED=true
  export MAYFLY_RUNTIME_PODS_ALLOWED=true MAYFLY_RUNTIME_PODS_IMAGES_CHECKED=false # there is no registry
  node_up
  "$HERE/operator.sh" down # another story's has none
  make_quietly up NODE=1
  ip route replace 10.43.0.0/16 dev docker0 # the story's machine has no default route; an ordinary one has
  kubectl apply -f "$ROOT/deploy/samples/service.yaml"
  kubectl wait --for=condition=Ready ew/page --timeout=180s
}

teardown_file() {
  kubectl delete ew/page service/page --timeout=180s
  node_down
}

cluster_ip() { kubectl get service page -o 'jsonpath={.spec.clusterIP}'; }
node_port() { kubectl get service page -o 'jsonpath={.spec.ports[0].nodePort}'; }
answers() { curl -sf -m 5 "$1" | grep -q '^page-[0-9]*$'; }
all_answer() { [ "$(for _ in $(seq 30); do curl -sf -m 5 "http://$(cluster_ip)/"; done | sort -u | wc -l)" = "$1" ]; }

@test "a Service reaches all ready replicas through its ClusterIP" {
  eventually answers "http://$(cluster_ip)/"
  eventually all_answer 3
}

@test "a Service reaches them through its NodePort" {
  local host
  host=$(kubectl get node node1 -o 'jsonpath={.status.addresses[?(@.type=="InternalIP")].address}')
  eventually answers "http://$host:$(node_port)/"
}

@test "a real Pod reaches them through the Service" {
  kubectl run asker --image=busybox:1.36 --command -- tail -f /dev/null
  kubectl wait --for=condition=Ready pod/asker --timeout=180s
  eventually pod_is_answered
  kubectl delete pod asker --grace-period=0 --force
}

pod_is_answered() { kubectl exec asker -- timeout 5 wget -qO- "http://$(cluster_ip)/" | grep -q '^page-'; }

@test "clients of a Service at zero bring a replica back, through its ClusterIP, its NodePort and from a real Pod" {
  local host client
  host=$(kubectl get node node1 -o 'jsonpath={.status.addresses[?(@.type=="InternalIP")].address}')
  kubectl run asker --image=busybox:1.36 --command -- tail -f /dev/null
  kubectl wait --for=condition=Ready pod/asker --timeout=180s
  kubectl patch ew page --type=merge -p '{"spec": {"scaleToZero": {"idleSeconds": 10}}}'
  kubectl wait --for=jsonpath='{.status.replicas}'=0 ew/page --timeout=180s
  for client in "curl -sf -m 120 http://$(cluster_ip)/" "curl -sf -m 120 http://$host:$(node_port)/" \
    "kubectl exec asker -- timeout 120 wget -qO- http://$(cluster_ip)/"; do
    $client >>"$BATS_TEST_TMPDIR/answers" &
  done
  wait
  [ "$(grep -c '^page-' "$BATS_TEST_TMPDIR/answers")" = 3 ]
  kubectl delete pod asker --grace-period=0 --force
  kubectl patch ew page --type=merge -p '{"spec": {"scaleToZero": null}}'
  kubectl wait --for=jsonpath='{.status.readyReplicas}'=3 ew/page --timeout=180s
}

@test "no Pod of a Deployment is scheduled to the replicas' node" {
  kubectl create deployment ordinary --image=busybox:1.36 --replicas=2 -- tail -f /dev/null
  kubectl rollout status deployment/ordinary --timeout=180s
  [ "$(kubectl get pods -l app=ordinary -o 'jsonpath={.items[*].spec.nodeName}')" = "node1 node1" ]
  kubectl delete deployment ordinary
}

@test "a DaemonSet that tolerates everything runs on the real node, and is refused with a reason on the replicas' one" {
  kubectl apply -f - <<YAML
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: everywhere}
spec:
  selector: {matchLabels: {app: everywhere}}
  template:
    metadata: {labels: {app: everywhere}}
    spec:
      terminationGracePeriodSeconds: 1
      tolerations: [{operator: Exists}]
      containers: [{name: c, image: "busybox:1.36", imagePullPolicy: IfNotPresent, command: [tail, -f, /dev/null]}]
YAML
  eventually daemons node1 "Running "
  eventually daemons "$(kubectl get nodes -l mayfly.dev/virtual-node=true -o 'jsonpath={.items[0].metadata.name}')" "Failed NotAMirror"
  [ -z "$(docker ps -aq --filter label=mayfly.dev/name=everywhere)" ]
  kubectl delete daemonset everywhere
  eventually no_daemons
}

# daemons NODE STATE: the controller replaces failed ones, later each time.
daemons() {
  kubectl get pods -l app=everywhere -o 'jsonpath={range .items[*]}{.spec.nodeName} {.status.phase} {.status.reason}{"\n"}{end}' |
    grep -qx "$1 $2"
}
no_daemons() { [ -z "$(kubectl get pods -l app=everywhere -o name)" ]; }

@test "an API server that is away for a minute changes neither Pods nor containers" {
  local pods containers
  cluster_ip >"$BATS_FILE_TMPDIR/cluster-ip"
  pods=$(pod_uids) containers=$(docker ps -q --filter label=mayfly.dev/name=page | sort)
  "$HERE/cluster.sh" halt
  sleep 60 # longer than a Node's Lease lasts, so that the cluster would notice if it could
  eventually answers "http://$(cat "$BATS_FILE_TMPDIR/cluster-ip")/" # by kube-proxy's rules
  "$HERE/cluster.sh" again
  eventually all_ready 3
  [ "$(pod_uids)" = "$pods" ]
  [ "$(docker ps -q --filter label=mayfly.dev/name=page | sort)" = "$containers" ]
  cluster_follows
}

# cluster_follows: scheduler, kubelet and kube-proxy watch the API server again; client-go's reflectors ask at intervals that grow to
# 30 s, doubled at random. Until then a Service leads to replicas that have ended.
cluster_follows() {
  kubectl run follower --image=busybox:1.36 --labels=app=follower --command -- sh -c 'echo follows >/index.html; exec httpd -f -p 8000 -h /'
  kubectl expose pod follower --port=80 --target-port=8000
  kubectl wait --for=condition=Ready pod/follower --timeout=180s
  within 120 follower_answers
  kubectl delete service/follower pod/follower --now
}

follower_answers() {
  curl -sf -m 2 "http://$(kubectl get service follower -o 'jsonpath={.spec.clusterIP}')/" | grep -qx follows
}

pod_uids() { kubectl get pods -l mayfly.dev/name=page -o 'jsonpath={.items[*].metadata.uid}'; }
all_ready() { kubectl wait --for=condition=Ready pod -l mayfly.dev/name=page --timeout=1s && [ "$(pod_uids | wc -w)" = "$1" ]; }

@test "no request is lost while replicas are scaled away and rolled" {
  local clients scaled
  keep_asking "http://$(cluster_ip)/" 3>&- &
  clients=$!
  eventually sent 10
  kubectl scale ew/page --replicas=1
  within 180 settled 1
  scaled=$(requests)
  kubectl scale ew/page --replicas=3
  within 180 settled 3
  kubectl patch ew/page --type=merge -p '{"spec":{"template":{"metadata":{"annotations":{"round":"2"}}}}}'
  within 180 settled 3
  touch "$BATS_TEST_TMPDIR/stop"
  wait "$clients"
  echo "requests: $scaled until one replica was left, $(requests) in all"
  ((scaled >= 50 && $(requests) - scaled >= 100))
  [ "$(grep -c lost "$BATS_TEST_TMPDIR/answers")" = 0 ]
}

teardown() { touch "$BATS_TEST_TMPDIR/stop"; } # those of a test that failed end, too

# keep_asking URL: four clients that ask one time after the other until the file "stop" is there; a line for each answer, or "lost".
keep_asking() {
  for _ in 1 2 3 4; do ask "$1" & done >"$BATS_TEST_TMPDIR/answers"
  wait
}
ask() { until [ -e "$BATS_TEST_TMPDIR/stop" ]; do curl -sf -m 60 "$1" || echo lost; sleep 0.05; done; }
requests() { wc -l <"$BATS_TEST_TMPDIR/answers"; }
sent() { (($(requests) >= $1)); }

# settled REPLICAS: the operator has seen the newest template, all replicas are of it and ready, and none is being stopped.
settled() {
  local generation='{.metadata.generation} {.status.observedGeneration}'
  kubectl get ew page \
    -o "jsonpath=$generation {.status.updatedReplicas} {.status.readyReplicas} {.status.replicas} {.status.terminatingReplicas}" |
    grep -Eqx "([0-9]+) \1 $1 $1 $1 0?"
}

@test "replicas that are Pods of the real node are served, healed, and replaced when they are unhealthy" {
  kubectl apply -f - <<YAML
apiVersion: mayfly.dev/v1alpha1
kind: EphemeralWorkload
metadata: {name: real}
spec:
  runtime: Pods
  replicas: 2
  template:
    metadata: {labels: {app: real}}
    image: busybox:1.36
    imagePullPolicy: IfNotPresent
    command: [sh, -c, 'hostname >/w/index.html; exec httpd -f -p 8000 -h /w']
    ports: [{name: http, containerPort: 8000}]
    readinessProbe: {httpGet: {port: http, path: /}, periodSeconds: 1, timeoutSeconds: 30}
    livenessProbe: {exec: {command: [test, -e, /w/index.html]}, periodSeconds: 1, timeoutSeconds: 30, failureThreshold: 2}
    volumes: [{name: w, emptyDir: {}}]
    volumeMounts: [{name: w, mountPath: /w}]
    terminationGracePeriodSeconds: 2
---
apiVersion: v1
kind: Service
metadata: {name: real}
spec: {selector: {app: real}, ports: [{port: 80, targetPort: http}]}
YAML
  kubectl wait --for=condition=Ready ew/real --timeout=180s
  eventually serves real-0
  eventually serves real-1
  kubectl delete "$(pod_of 0)" --wait=false
  eventually ready_at 0 2 # the second attempt in its slot
  kubectl exec "$(pod_of 1)" -- rm /w/index.html
  eventually ready_at 1 2
  eventually one_was_unhealthy
  kubectl delete ew/real service/real --timeout=180s
  [ -z "$(kubectl get pods -l app=real -o name)" ]
}

one_was_unhealthy() { kubectl get ew real -o 'jsonpath={.status.lastTerminations[*].reason}' | grep -w Unhealthy; }
serves() { curl -sf -m 5 "http://$(kubectl get service real -o 'jsonpath={.spec.clusterIP}')/" | grep -qx "$1"; }
pod_of() { kubectl get pods -l "app=real,mayfly.dev/slot=$1" -o name; }
ready_at() { kubectl wait --for=condition=Ready pod -l "app=real,mayfly.dev/slot=$1,mayfly.dev/attempt=$2" --timeout=1s; }
