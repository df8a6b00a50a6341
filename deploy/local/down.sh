#!/usr/bin/env bash
# make down: our resources, what they left on the engine, and what `up` started. What was there before stays.
# shellcheck source=deploy/local/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
one_at_a_time "$0" "$@"
# shellcheck source=deploy/local/resources.sh
source "$HERE/resources.sh"

export KUBECONFIG=$KUBECONFIG_FILE
prepare_state
kind=$("$HERE/cluster.sh" kind)
delete_resources
step "Operator"
"$HERE/operator.sh" down
"$HERE/sweep.sh"
if [ -d "$LOCAL/node" ]; then "$HERE/node.sh" down; fi
step "Cluster"
[ "$kind" != k3s ] || withdraw
"$HERE/cluster.sh" down
"$HERE/engine.sh" down

step "Kept"
say "$LOCAL/bin and $LOG (delete them freely), Maven's and Go's caches, the sample images"
kept_packages
printf '\nMayfly is down.\n'
