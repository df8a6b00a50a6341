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

# an engine that miscounts the endpoints of a network keeps it until it starts anew; one can't be made to do so
docker network create --label mayfly.dev/cluster=0123456789ab --label mayfly.dev/namespace=default mayfly_0123456789ab_default
echo 0123456789ab >"$MAYFLY_LOCAL/clusters"
mkdir "$MAYFLY_LOCAL/miscounting"
cat >"$MAYFLY_LOCAL/miscounting/docker" <<SCRIPT
#!/bin/sh
if [ "\$1 \$2" = "network rm" ] && [ "\$(cat "$MAYFLY_LOCAL/run/dockerd.pid")" = "$(pid)" ]; then
  echo "error while removing network: network \$3 has active endpoints" >&2
  exit 1
fi
exec $(command -v docker) "\$@"
SCRIPT
chmod +x "$MAYFLY_LOCAL/miscounting/docker"
PATH=$MAYFLY_LOCAL/miscounting:$PATH "$HERE/down.sh" && echo "down removed the network of an engine that miscounts"
"$HERE/engine.sh" up
[ -z "$(docker network ls -q --filter label=mayfly.dev/cluster)" ] && echo "no network is left"

second=$(pid) containerd=$(cat /var/run/docker/containerd/containerd.pid)
"$HERE/engine.sh" down
gone "$second" && gone "$containerd" && echo "dockerd and its containerd are gone"
kill %1
