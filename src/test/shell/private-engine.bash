#!/usr/bin/env bash
# Run by own-engine.bats in mount and network namespaces of its own, where no engine runs: what `up` and `down` do there.
set -euo pipefail
mount -t tmpfs tmpfs /var/run
mount -t tmpfs tmpfs /var/lib/docker
ip link set lo up
unset DOCKER_HOST

pid() { cat "$MAYFLY_LOCAL/run/dockerd.pid"; }
gone() { [ ! -r "/proc/$1/cmdline" ] || [ -z "$(tr -d '\0' <"/proc/$1/cmdline")" ]; }

"$HERE/engine.sh" up
docker load -i "$1"
docker run -d --name survivor busybox:1.36 tail -f /dev/null

first=$(pid)
kill -KILL "$first"
until gone "$first"; do sleep 0.1; done
sleep 60 >/dev/null 2>&1 3>&- & # its number is in the dead daemon's pid file: a dockerd that believes it would not start
echo $! >/var/run/docker.pid
"$HERE/engine.sh" up
docker run --rm busybox:1.36 echo "a container runs"
docker rm -f survivor

second=$(pid) containerd=$(cat /var/run/docker/containerd/containerd.pid)
"$HERE/engine.sh" down
gone "$second" && gone "$containerd" && echo "dockerd and its containerd are gone"
kill %1
