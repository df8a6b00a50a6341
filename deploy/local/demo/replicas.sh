# shellcheck shell=bash
# Lists the containers of a workload, as the engine itself reports them, not the operator.

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

# look WORKLOAD: one question, so that looking does not slow down what is looked at.
look() {
  local states
  states=$(of "$1" -a --format '{{.State}}')
  RUNNING=$(grep -c running <<<"$states") || true # none is an answer
  EXISTING=$(grep -c . <<<"$states") || true      # none is an answer
}

# reach WORKLOAD N: waits until N run and no others are left.
reach() {
  local start next=1000
  start=$(now_ms)
  while look "$1" && ! ((RUNNING == $2 && EXISTING <= $2 + DEAD)); do
    (($(now_ms) - start < 120000)) || fail "$1 has not reached $2 replicas after 120 s" "see $LOG/operator.log and: kubectl describe ew $1"
    if (($(now_ms) - start >= next)); then
      printf '      … %s running\n' "$RUNNING"
      next=$((next + 1000))
    fi
    sleep 0.05
  done
}

# reported WORKLOAD N: the status says so too.
reported() { [ "$(kubectl get ew "$1" -o jsonpath='{.status.readyReplicas}')" = "$2" ]; }

# successor WORKLOAD SLOT ID: waits until another container than ID runs in the slot, and prints its id.
successor() {
  local start found
  start=$(now_ms)
  until found=$(running "$1" "$2") && [ -n "$found" ] && [ "$found" != "$3" ]; do
    (($(now_ms) - start < 60000)) || fail "$1-$2 has no successor after 60 s" "see $LOG/operator.log"
    sleep 0.02
  done
  echo "$found"
}

tables() {
  local filters
  filters=$(only "$1")
  await 30 "the status" reported "$1" "$2" || fail "the status of $1 does not say $2 ready replicas" "kubectl describe ew $1"
  show "kubectl get ew $1"
  if (($2 > 5)); then
    show "docker ps $filters --format '{{.Names}}' | sort -V | sed '4,\$d; 3a …'"
    show "docker ps -q $filters | wc -l"
  else
    show "docker ps $filters --format 'table {{.Names}}\t{{.Image}}\t{{.Status}}'"
  fi
}
