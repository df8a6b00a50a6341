#!/usr/bin/env bash
# Run by engine-restart.bats in mount and network namespaces of its own: an engine that may be killed, a cluster and an operator.
set -euo pipefail
mount -t tmpfs tmpfs /var/run
mount -t tmpfs tmpfs /var/lib/docker
mkdir -p /srv/mayfly && mount -t tmpfs -o mode=755 tmpfs /srv/mayfly
ip link set lo up
unset DOCKER_HOST

pid() { cat "$MAYFLY_LOCAL/run/dockerd.pid"; }
gone() { [ ! -e "/proc/$1/exe" ]; }
replica() { docker ps -q --filter label=mayfly.dev/name=data --filter status=running; }

# another_than ID: waits for a running replica that is not that one, and prints its id.
another_than() {
  local found
  until found=$(replica) && [ -n "$found" ] && [ "$found" != "$1" ]; do sleep 0.1; done
  echo "$found"
}

# told WHEN ID: the data of both volumes; nothing of the container's own layer.
told() {
  echo "$1: $(docker exec "$2" cat /volume/file /path/file | paste -sd ' ')"
  docker exec "$2" sh -c '[ ! -e /tmp/file ]'
}

"$HERE/engine.sh" up
docker load -i "$1"
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
YAML
first=$(another_than "")
docker exec "$first" sh -c 'echo volume >/volume/file; echo path >/path/file; echo gone >/tmp/file'

engine=$(pid)
kill -KILL "$engine"
until gone "$engine"; do sleep 0.1; done
"$HERE/engine.sh" up
docker kill "$first" >/dev/null 2>&1 || true # it may have ended with the engine
second=$(another_than "$first")
told "after the engine's end" "$second"

kubectl scale ew/data --replicas=0
until [ -z "$(replica)" ]; do sleep 0.1; done
kubectl scale ew/data --replicas=1
told "after 0 and back" "$(another_than "$second")"

kubectl delete ew/data
echo "after the workload: $(cat /var/lib/docker/volumes/mayfly_*_default_data/_data/file /srv/mayfly/default/data/file | paste -sd ' ')"
make -C "$ROOT" --no-print-directory down
