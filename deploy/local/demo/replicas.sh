# shellcheck shell=bash
# The containers of a workload, as the engine itself reports them, not the operator.

DEAD=0 # ended containers that stay for a while, for their logs: one per workload at most

# only WORKLOAD: the filters that show it and not another cluster's of the same name.
only() { echo "--filter label=mayfly.dev/cluster=$CLUSTER --filter label=mayfly.dev/name=$1"; }

# shellcheck disable=SC2046  # two filters are four words
of() { docker ps "${@:2}" --no-trunc $(only "$1"); }

# running WORKLOAD [SLOT]: ids of its running containers.
running() {
  local more=()
  [ -z "${2:-}" ] || more=(--filter "label=mayfly.dev/slot=$2")
  of "$1" -q --filter status=running "${more[@]}"
}

name_of() { docker inspect --format '{{.Name}}' "$1" | tr -d /; }

# reached WORKLOAD N: N run, and no others are left but those of its warm pool. One question, so that looking does not slow down
# what is looked at.
reached() {
  local states running existing
  states=$(of "$1" -a --format '{{.State}} {{.Names}}' | grep -v -- '-warm$') || true # none is an answer
  running=$(grep -c ^running <<<"$states") || true # none is an answer
  existing=$(grep -c . <<<"$states") || true      # none is an answer
  ((running == $2 && existing <= $2 + DEAD))
}

# reach WORKLOAD N: waits for that.
reach() {
  await 120 "$2 replicas of $1" reached "$1" "$2" ||
    fail "$1 has not reached $2 replicas after 120 s" "see $LOG/operator.log and: kubectl describe ew $1"
}

# succeeded WORKLOAD SLOT ID: another container than ID runs in the slot.
succeeded() {
  local found
  found=$(running "$1" "$2") && [ -n "$found" ] && [ "$found" != "$3" ]
}
