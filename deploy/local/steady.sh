#!/usr/bin/env bash
# steady.sh: 1,000 requests a second on a Service, each by a connection of its own, through a rollout of 20 replicas and a scale-down
# from 20 to 5. The replicas are web servers that end gracefully. Prints a table; ends with 1 if a request has no answer.
#   STEADY_RATE=1000 STEADY_REPLICAS=20 steady.sh
# MAYFLY_IS_UP: set by a script that has started all of it, kube-proxy too.
# shellcheck source=deploy/local/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

RATE=${STEADY_RATE:-1000}
REPLICAS=${STEADY_REPLICAS:-20}
FEW=5
IMAGE=mayfly-test/nginx:1 # service-images.sh makes it
PATIENCE=180
OUT=$LOCAL/steady
export KUBECONFIG=$KUBECONFIG_FILE

leave() {
  [ -z "${LOAD:-}" ] || kill "$LOAD" 2>/dev/null || true # it may have ended
  kubectl delete ew/steady service/steady --ignore-not-found --timeout=60s | sed 's/^/    /' || say "make down takes away what is left"
  [ -n "${MAYFLY_IS_UP:-}${HAD_NODE:-}" ] || "$HERE/node.sh" down
}

servers() {
  kubectl apply -f - <<YAML
apiVersion: mayfly.dev/v1alpha1
kind: EphemeralWorkload
metadata: {name: steady}
spec:
  replicas: $REPLICAS
  rollout: {maxSurge: 25%, maxUnavailable: 0}
  ephemerality:
    scratch: [{path: /run}, {path: /var/lib/nginx}]
  template:
    metadata: {labels: {app: steady}, annotations: {round: "$1"}}
    image: $IMAGE
    command:
      - sh
      - -c
      - |
        echo 'daemon off; user root; worker_processes 1; error_log stderr; events { worker_connections 4096; }
        http { access_log off; server { listen 8000 backlog=4096; location / { return 200 ok; } } }' >/run/steady.conf
        exec nginx -c /run/steady.conf
    readinessProbe: {httpGet: {port: 8000, path: /}, periodSeconds: 1}
    lifecycle: {stopSignal: SIGQUIT} # nginx' own: it takes no more connections, and answers those that it has
    terminationGracePeriodSeconds: 10
---
apiVersion: v1
kind: Service
metadata: {name: steady}
spec: {selector: {app: steady}, ports: [{port: 80, targetPort: 8000}]}
YAML
}

# settled REPLICAS: the operator has seen the newest template, all replicas are of it and ready, and none is being stopped.
settled() {
  [ "$(kubectl get ew steady -o 'jsonpath={.metadata.generation}')" = "$(field observedGeneration)" ] &&
    [ "$(field updatedReplicas)/$(field readyReplicas)/$(field replicas)" = "$1/$1/$1" ] && [[ $(field terminatingReplicas) =~ ^0?$ ]]
}
field() { kubectl get ew steady -o "jsonpath={.status.$1}"; }
reached() { curl -sf -m 2 -o /dev/null "http://$ADDRESS/"; }

# stage NAME: notes what is done from now on.
stage() { printf '%s %s\n' "$(date +%s%N)" "$1" >>"$OUT/stages"; }
settle() { await "$PATIENCE" "$1 replicas" settled "$1" || fail "there are not $1 ready replicas within $PATIENCE s" "kubectl describe ew steady"; }

# table: of the requests that were sent in each stage.
table() {
  answers "$OUT/answers" | sort -n |
    awk 'function line() { if (count) printf "    %-22s %7.1f %9d %5d %11.1f %11.1f\n", name, (last - first) / 1e9, count, lost, sum / count / 1e6, slowest / 1e6 }
      BEGIN { print "    stage                  seconds  requests  lost   mean in ms  slowest in ms" }
      NR == FNR { begin[NR] = $1; sub(/^[0-9]+ /, ""); names[NR] = $0; stages = NR; next }
      { while (stage < stages && $1 >= begin[stage + 1]) { line(); stage++; name = names[stage]; first = $1; count = lost = sum = slowest = 0 }
        last = $1; count++; lost += $2 != 200; sum += $3; if ($3 > slowest) slowest = $3 }
      END { line() }' "$OUT/stages" -
}

is_root || fail "a node runs as root" "sudo deploy/local/steady.sh"
[ ! -d "$LOCAL/node" ] || HAD_NODE=yes
trap leave EXIT
[ -n "${MAYFLY_IS_UP:-}" ] || NODE=1 "$HERE/up.sh"
docker image inspect "$IMAGE" >/dev/null 2>&1 || "$HERE/service-images.sh" # absent is an answer
load_generator
has curl || apt_install curl

step "$REPLICAS web servers behind a Service"
rm -rf "$OUT"
mkdir -p "$OUT"
servers 1 | sed 's/^/    /'
settle "$REPLICAS"
kubectl wait --for=condition=Ready pod -l mayfly.dev/name=steady --timeout=60s >/dev/null
ADDRESS=$(kubectl get service steady -o 'jsonpath={.spec.clusterIP}')
await 60 "the Service" reached || fail "the Service does not answer" "kubectl get endpointslices -l kubernetes.io/service-name=steady"

step "Load: $RATE requests a second"
stage "before"
echo "GET http://$ADDRESS/" | vegeta attack -rate="$RATE" -duration=0 -keepalive=false -timeout=30s -output="$OUT/answers" &
LOAD=$!
sleep 5 # of load on its own
stage "rollout of $REPLICAS"
servers 2 >/dev/null
settle "$REPLICAS"
stage "scale-down $REPLICAS -> $FEW"
kubectl scale ew/steady --replicas="$FEW" >/dev/null
settle "$FEW"
stage "after"
sleep 5 # for requests that were sent before the last replica was gone
kill -INT "$LOAD"
wait "$LOAD" || true # it was interrupted
LOAD=

step "Answers"
table
lost=$(lost "$OUT/answers")
((lost == 0)) || fail "$lost requests were lost" "vegeta report $OUT/answers"
say "no request was lost"
