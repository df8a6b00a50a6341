#!/usr/bin/env bash
# Run by engine-restart.bats in mount and network namespaces of its own: an engine that is shut down in the middle of stops.
set -euo pipefail
# shellcheck source=src/test/shell/private-begin.bash
source "$(dirname "${BASH_SOURCE[0]}")/private-begin.bash"

replicas() { docker ps -aq --filter label=mayfly.dev/name=slow --filter "status=$1" | wc -l; }
all() { docker ps -aq --filter label=mayfly.dev/name=slow | wc -l; }

begin_private "$1"
make -C "$ROOT" --no-print-directory up
kubectl apply -f - <<YAML
apiVersion: mayfly.dev/v1alpha1
kind: EphemeralWorkload
metadata: {name: slow}
spec:
  replicas: 3
  template:
    image: busybox:1.36
    command: [sh, -c, 'trap "echo bye >>/stops/\$HOSTNAME; exit 7" TERM; while :; do sleep 0.1; done']
    network: None
    terminationGracePeriodSeconds: 60
    lifecycle: {preStop: {sleep: {seconds: 30}}}
    volumes: [{name: stops, hostPath: {path: /srv/mayfly/default/stops, type: DirectoryOrCreate}}]
    volumeMounts: [{name: stops, mountPath: /stops}]
YAML
until [ "$(replicas running)" = 3 ]; do sleep 0.1; done

kubectl scale ew/slow --replicas=0
until [ "$(kubectl get ew/slow -o 'jsonpath={.status.terminatingReplicas}')" = 3 ]; do sleep 0.1; done
engine=$(pid)
echo "running when the engine is stopped: $(replicas running)"
kill -TERM "$engine"
until gone "$engine"; do sleep 0.1; done
echo "graceful stops: $(find /srv/mayfly/default/stops -type f | wc -l)"

"$HERE/engine.sh" up
until [ "$(all)" = 0 ]; do sleep 0.1; done
echo "left after the engine came back: $(all)"
until [ "$(kubectl get ew/slow -o 'jsonpath={.status.replicas}/{.status.terminatingReplicas}')" = 0/0 ]; do sleep 0.1; done
echo "reasons: $(kubectl get ew/slow -o 'jsonpath={.status.lastTerminations[*].reason}')"
kubectl scale ew/slow --replicas=1
until [ "$(replicas running)" = 1 ]; do sleep 0.1; done
echo "and it goes on"
make -C "$ROOT" --no-print-directory down
