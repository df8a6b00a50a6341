#!/usr/bin/env bash
# Run by engine-restart.bats in mount and network namespaces of its own: an engine that may be killed, a cluster and an operator.
set -euo pipefail
# shellcheck source=src/test/shell/private-begin.bash
source "$(dirname "${BASH_SOURCE[0]}")/private-begin.bash"

replica() { docker ps -q --filter label=mayfly.dev/name=data --filter status=running; }

# another_than ID: waits for a running replica that is not that one, and prints its id.
another_than() {
  local found
  until found=$(replica) && [ -n "$found" ] && [ "$found" != "$1" ]; do sleep 0.1; done
  echo "$found"
}

# show_data WHEN ID: prints the data of both volumes; fails if the container's own layer has any.
show_data() {
  echo "$1: $(docker exec "$2" cat /volume/file /path/file | paste -sd ' ')"
  docker exec "$2" sh -c '[ ! -e /tmp/file ]'
}

web() { docker ps -q --filter label=mayfly.dev/name=web --filter status=running | sort; }
marked() { for id in $(web); do docker exec "$id" touch /left-behind; done; }
web_is_three() { [ "$(web | wc -l)" = 3 ] && [ -z "$(comm -12 <(echo "$1") <(web))" ]; }
ready() { kubectl get ew/web -o 'jsonpath={.status.readyReplicas}'; }
# terminations ATTEMPT: prints how many replicas have a record of how that attempt ended.
terminations() { kubectl get ew/web -o "jsonpath={.status.lastTerminations[?(@.attempt==$1)].replica}" | wc -w; }

# fresh WHEN ATTEMPT IDS: waits for three replicas that are none of those, which were that attempt, without what they wrote.
fresh() {
  until web_is_three "$3" && [ "$(ready)" = 3 ]; do sleep 0.2; done
  for id in $(web); do docker exec "$id" sh -c '[ ! -e /left-behind ]'; done
  until [ "$(terminations "$2")" = 3 ]; do sleep 0.2; done
  echo "$1: 3 fresh replicas, $(terminations "$2") terminations recorded"
}

# As a power cut: nothing of the engine, its containers and the operator gets a word in. Only this mount namespace's are ours.
power_cut() {
  local mine process containers
  mine=$(readlink /proc/self/ns/mnt)
  containers=$(docker ps -q | xargs docker inspect --format '{{.State.Pid}}')
  kill -KILL "$(cat "$MAYFLY_LOCAL/run/operator.pid")"
  for process in /proc/[0-9]*; do
    [ "$(readlink "$process/ns/mnt")" = "$mine" ] || continue
    case $(tr '\0' '\n' <"$process/cmdline" | head -n 1) in
      *dockerd | *containerd | *containerd-shim*) kill -KILL "${process#/proc/}" ;;
    esac
  done 2>/dev/null # many end meanwhile
  for process in $containers; do kill -KILL "$process" 2>/dev/null || true; done # it may have ended with its shim
}

begin_private "$1"
make -C "$ROOT" --no-print-directory up
kubectl apply -f - <<YAML
apiVersion: mayfly.dev/v1alpha1
kind: EphemeralWorkload
metadata: {name: data}
spec:
  replicas: 1
  template:
    image: busybox:1.36
    command: [tail, -f, /dev/null]
    terminationGracePeriodSeconds: 1
    network: None
    volumes:
      - {name: volume, dockerVolume: {name: data, reclaimPolicy: Retain}}
      - {name: path, hostPath: {path: /srv/mayfly/default/data, type: DirectoryOrCreate}}
    volumeMounts:
      - {name: volume, mountPath: /volume}
      - {name: path, mountPath: /path}
---
apiVersion: mayfly.dev/v1alpha1
kind: EphemeralWorkload
metadata: {name: web}
spec:
  replicas: 3
  ephemerality: {mode: "Off"}
  template: {image: "busybox:1.36", command: [tail, -f, /dev/null], network: None, terminationGracePeriodSeconds: 1}
YAML
until web_is_three ""; do sleep 0.1; done
marked
earlier=$(web)
first=$(another_than "")
docker exec "$first" sh -c 'echo volume >/volume/file; echo path >/path/file; echo gone >/tmp/file'

engine=$(pid)
kill -KILL "$engine"
until gone "$engine"; do sleep 0.1; done
"$HERE/engine.sh" up
docker kill "$first" >/dev/null 2>&1 || true # it may have ended with the engine
second=$(another_than "$first")
show_data "after the engine's end" "$second"

fresh "after the engine's end" 1 "$earlier"

marked
earlier=$(web)
power_cut
make -C "$ROOT" --no-print-directory up
fresh "after a power cut" 2 "$earlier"
second=$(another_than "$second")

kubectl scale ew/data --replicas=0
until [ -z "$(replica)" ]; do sleep 0.1; done
kubectl scale ew/data --replicas=1
show_data "after 0 and back" "$(another_than "$second")"

kubectl delete ew/data ew/web
echo "after the workload: $(cat /var/lib/docker/volumes/mayfly_*_default_data/_data/file /srv/mayfly/default/data/file | paste -sd ' ')"
make -C "$ROOT" --no-print-directory down
