#!/usr/bin/env bash
# Run by own-engine.bats in mount and network namespaces of its own, where no engine runs: what `up` and `down` do there.
set -euo pipefail
# shellcheck source=src/test/shell/private-begin.bash
source "$(dirname "${BASH_SOURCE[0]}")/private-begin.bash"

begin_private "$1"
docker run -d --name survivor busybox:1.36 tail -f /dev/null

first=$(pid)
kill -KILL "$first"
until gone "$first"; do sleep 0.1; done
sleep 600 >/dev/null 2>&1 3>&- & # its number is in the dead daemon's pid file: a dockerd that believes it would not start
echo $! >/var/run/docker.pid
"$HERE/engine.sh" up
docker run --rm busybox:1.36 echo "a container runs"
docker rm -f survivor

second=$(pid) containerd=$(cat /var/run/docker/containerd/containerd.pid)
"$HERE/engine.sh" down
gone "$second" && gone "$containerd" && echo "dockerd and its containerd are gone"
kill %1
