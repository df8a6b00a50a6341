#!/usr/bin/env bash
# contract.sh: the contract of runtimes, with replicas as Pods on a real node, beside what `make up` brings up. Two minutes.
# MAYFLY_IS_UP: set by a script that has done so.
# shellcheck source=deploy/local/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

is_root || fail "a node runs as root" "sudo deploy/local/contract.sh"
[ ! -d "$LOCAL/node" ] || HAD_NODE=yes
leave() { [ -n "${HAD_NODE:-}" ] || "$HERE/node.sh" down; }
trap leave EXIT
[ -n "${MAYFLY_IS_UP:-}" ] || "$HERE/up.sh"
"$HERE/node.sh" up
JAVA_HOME=$("$HERE/jdk.sh")
export JAVA_HOME KUBECONFIG=$KUBECONFIG_FILE

step "The contract of runtimes, with Pods"
with_progress "running it" "$LOG/contract.log" mvn -f "$ROOT/pom.xml" -B -Dstyle.color=never -Dquarkus.build.skip=true \
  -Dtest=RealNodeContract -Dmayfly.test.containerd=/run/mayfly-node/containerd.sock test
grep '^\[.*Tests run' "$LOG/contract.log" | tail -n 1 | sed 's/^/    /'
