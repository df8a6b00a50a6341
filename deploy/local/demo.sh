#!/usr/bin/env bash
# make demo: the main job, shown step by step in a minute of reading. Every figure printed is measured in this run.
# HELM=1: by an operator that is a Pod.
# shellcheck source=deploy/local/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
for part in show replicas story gone helm; do
  # shellcheck source=/dev/null  # each is checked by itself
  source "$HERE/demo/$part.sh"
done

# last_line LOGFILE: how far `make up` has come.
last_line() { tail -n 1 "$1" | sed 's/^ *//'; }

cd "$ROOT"
prepare_state
PROGRESS=last_line with_progress "make up" "$LOG/demo-up.log" "$HERE/up.sh"

export KUBECONFIG=$KUBECONFIG_FILE
DOCKER_HOST=$("$HERE/engine.sh" host)
export DOCKER_HOST
export CLUSTER # for demo/replicas.sh
CLUSTER=$("$HERE/identity.sh")

clear_earlier_demo
[ "${HELM:-}" != 1 ] || pod
task
audit
enforce
heal
scale
gone
[ "${HELM:-}" != 1 ] || collect
leave_one_running
summary
