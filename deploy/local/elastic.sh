#!/usr/bin/env bash
# make elastic: a load on a Service, an unmodified HorizontalPodAutoscaler on metrics-server's figures, and the wave of replicas that
# follows: a table, a plot in target/elastic.svg, and the time from the load to the next ready replica. Ends with 1 unless the
# replicas at least double under the load and at least halve after it, with no request lost.
#   ELASTIC_RATE=20 ELASTIC_SECONDS=90 elastic.sh
# shellcheck source=deploy/local/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

RATE=${ELASTIC_RATE:-20}
SECONDS_OF_LOAD=${ELASTIC_SECONDS:-90}
PATIENCE=180 # for the way down: 15 s of stabilization, then the autoscaler's and metrics-server's periods of 15 s each
OUT=$ROOT/target/elastic
SAMPLE=$ROOT/deploy/samples/elastic.yaml
export KUBECONFIG=$KUBECONFIG_FILE

is_root || fail "a node runs as root" "sudo make elastic"
[ ! -d "$LOCAL/node" ] || HAD_NODE=yes

leave() {
  kubectl delete --ignore-not-found --timeout=60s -f "$SAMPLE" | sed 's/^/    /' || say "make down takes away what is left"
  "$HERE/metrics-server.sh" down
  [ -n "${HAD_NODE:-}" ] || "$HERE/node.sh" down
}

field() { kubectl get ew elastic -o "jsonpath={.$1}"; }
measured() { [ -n "$(kubectl get hpa elastic -o 'jsonpath={.status.currentMetrics[0].resource.current.averageUtilization}')" ]; }
topped() { kubectl top pod -l app=elastic --no-headers | grep '^elastic-0 '; }

# sample: a line per second: seconds since the load began, replicas asked for, ready.
sample() {
  while true; do
    printf '%s %s %s\n' "$(seconds_since "$began")" "$(field spec.replicas)" "$(field status.readyReplicas)" >>"$OUT/samples"
    sleep 1
  done
}

# most, last: of the ready replicas seen since the load began.
most() { awk '$3 > most { most = $3 } END { print most + 0 }' "$OUT/samples"; }
ready_now() { field status.readyReplicas; }
halved() { (($(ready_now) * 2 <= $(most))); }

plot() {
  gnuplot <<GNUPLOT
set key left top
set xlabel "seconds since the load began"
set ylabel "replicas"
set yrange [0:*]
set arrow from $SECONDS_OF_LOAD, graph 0 to $SECONDS_OF_LOAD, graph 1 nohead dashtype 2
set terminal svg size 800,400
set output "$OUT.svg"
plot "$OUT/samples" using 1:2 with steps title "asked for", "" using 1:3 with steps title "ready"
set terminal dumb size 100,24
set output
replot
GNUPLOT
}

trap leave EXIT
NODE=1 "$HERE/up.sh"
load_generator
has gnuplot || apt_install gnuplot-nox
"$HERE/metrics-server.sh" up

step "A service of one replica, and an autoscaler"
rm -rf "$OUT" "$OUT.svg"
mkdir -p "$OUT"
kubectl apply -f "$SAMPLE" | sed 's/^/    /'
kubectl wait --for=condition=Ready ew/elastic --timeout=120s | sed 's/^/    /'
await 120 "the autoscaler's first figure" measured || fail "the autoscaler has no figures" "kubectl describe hpa elastic"
await 60 "kubectl top of the replica" topped || fail "kubectl top does not know the replica" "kubectl top pod -l app=elastic"
topped | sed 's/^/    /'

step "Load: $RATE requests a second for $SECONDS_OF_LOAD s"
address=$(kubectl get service elastic -o 'jsonpath={.spec.clusterIP}')
began=$(now_ms)
sample &
sampling=$!
echo "GET http://$address/cgi-bin/work" | vegeta attack -rate="$RATE" -duration="${SECONDS_OF_LOAD}s" -timeout=30s >"$OUT/answers"
status=0
await "$PATIENCE" "half as many replicas" halved || status=1
kill "$sampling"

step "Answers"
vegeta report "$OUT/answers" | sed 's/^/    /'
lost=$(lost "$OUT/answers")

step "Replicas"
awk 'BEGIN { print "    seconds  asked for  ready" } $2 " " $3 != last { printf "    %7s  %9s  %5s\n", $1, $2, $3; last = $2 " " $3 }' "$OUT/samples"
plot
awk '$3 > 1 { printf "    from the load to the next ready replica: %s s\n", $1; exit }' "$OUT/samples"
say "most ready replicas: $(most); now: $(ready_now); requests without an answer of 200: $lost; plot: $OUT.svg"
(($(most) >= 2)) || fail "the replicas did not double under the load"
((status == 0)) || fail "the replicas did not halve within $PATIENCE s after the load"
((lost == 0)) || fail "$lost requests were lost" "vegeta report $OUT/answers"
