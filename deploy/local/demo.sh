#!/usr/bin/env bash
# make demo: the main job, shown step by step. Every figure printed is measured in this run.
# shellcheck source=deploy/local/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
for part in show replicas hello audit process scaling userland gone; do
  # shellcheck source=/dev/null  # each is checked by itself
  source "$HERE/demo/$part.sh"
done

cd "$ROOT"
began=$(now_ms)
"$HERE/up.sh"
record "make up (engine, cluster, CRDs, operator)" "$(seconds_since "$began")"

export KUBECONFIG=$KUBECONFIG_FILE
DOCKER_HOST=$("$HERE/engine.sh" host)
export DOCKER_HOST
export CLUSTER # for demo/replicas.sh
CLUSTER=$("$HERE/identity.sh")

clear_earlier_demo
hello
audit
enforce
process
scaling
userland
gone
leave_one_running
summary
