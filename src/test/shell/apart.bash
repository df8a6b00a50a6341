#!/usr/bin/env bash
# apart.bash IMAGES RESULTS FILE…: runs files of stories on a machine of their own, as far as namespaces make one: an engine with the
# images of that archive, ports, processes, /run, /var/lib. They meet neither other files nor the end-to-end tests. Processes that
# they leave running end with them. RESULTS/FILE.tap and RESULTS/FILE.seconds have its result.
set -euo pipefail

if [ "${MAYFLY_APART:-}" != yes ]; then
  export MAYFLY_APART=yes
  exec unshare --mount --net --pid --fork --kill-child --mount-proc bash "$0" "$@"
fi

IMAGES=$1 RESULTS=$2 HERE=$(cd "$(dirname "$0")/../../../deploy/local" && pwd) STORIES=$(dirname "$0")
shift 2
# shellcheck source=src/test/shell/private-begin.bash
source "$STORIES/private-begin.bash"

# Files written below /var/lib are visible on this machine only.
own_var_lib() {
  mount -t tmpfs tmpfs /var/run
  mkdir /var/run/upper /var/run/work
  mount -t overlay -o lowerdir=/var/lib,upperdir=/var/run/upper,workdir=/var/run/work overlay /var/lib
}

# run_file FILE: a runner that ends without a failed story is a failure of its own.
run_file() {
  local name=$1 status=0 tap
  tap=$RESULTS/$name.tap
  SECONDS=0
  bats --formatter tap --timing "$STORIES/$name" 2>&1 | tee "$tap" | sed -u "s/^/$name: /" || status=$?
  ((status == 0)) || grep -q '^not ok' "$tap" || echo "not ok 0 $name ended with status $status" | tee -a "$tap"
  echo "$SECONDS" >"$RESULTS/$name.seconds"
}

STATE=$(mktemp -d /tmp/mayfly-test.XXXXXX)
trap 'rm -rf "$STATE"' EXIT
export HERE MAYFLY_NODE_STATE=$STATE/node MAYFLY_NODE_ENABLED=false # without a virtual node, unless a story is about it
mount --make-rshared / # as systemd does at boot: a Pod sees what is mounted later
own_var_lib
export MAYFLY_LOCAL=$STATE/engine
begin_private "$IMAGES" >"$STATE/begin.log" 2>&1 || { cat "$STATE/begin.log" && exit 1; }
unset MAYFLY_LOCAL
for file in "$@"; do run_file "$file"; done
