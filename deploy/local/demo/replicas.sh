# shellcheck shell=bash
# What the engine runs of a workload: asked of the engine itself, not of the operator.

filters() { printf -- '--filter label=mayfly.dev/cluster=%s --filter label=mayfly.dev/name=%s' "$CLUSTER" "$1"; }

# running WORKLOAD [SLOT]: ids of its running containers.
running() {
  local more=()
  [ -z "${2:-}" ] || more=(--filter "label=mayfly.dev/slot=$2")
  # shellcheck disable=SC2046  # the filters are words
  docker ps -q --no-trunc --filter status=running $(filters "$1") "${more[@]}"
}

existing() {
  # shellcheck disable=SC2046  # the filters are words
  docker ps -aq $(filters "$1")
}

name_of() { docker inspect --format '{{.Name}}' "$1" | tr -d /; }

# exactly WORKLOAD N: N run, and no other is there.
exactly() { [ "$(running "$1" | wc -l)" = "$2" ] && [ "$(existing "$1" | wc -l)" = "$2" ]; }

# reported WORKLOAD N: the status says so too.
reported() { [ "$(kubectl get ew "$1" -o jsonpath='{.status.readyReplicas}')" = "$2" ]; }

# reach WORKLOAD N: waits for the engine, then for the status.
reach() {
  local start shown=-1 count
  start=$(now_ms)
  until exactly "$1" "$2"; do
    (($(now_ms) - start < 120000)) || fail "$1 has not reached $2 replicas after 120 s" "see $LOG/operator.log and: kubectl describe ew $1"
    count=$(running "$1" | wc -l)
    if ((count != shown && ($(now_ms) - start) / 1000 > 0)); then
      printf '      … %s of %s running\n' "$count" "$2"
      shown=$count
      sleep 0.5
    fi
  done
}

# successor WORKLOAD SLOT ID: waits until another container than ID runs in the slot, and prints its id.
successor() {
  local start found
  start=$(now_ms)
  until found=$(running "$1" "$2") && [ -n "$found" ] && [ "$found" != "$3" ]; do
    (($(now_ms) - start < 60000)) || fail "$1-$2 has no successor after 60 s" "see $LOG/operator.log"
  done
  echo "$found"
}

tables() {
  await 30 "the status" reported "$1" "$2" || fail "the status of $1 does not say $2 ready replicas" "kubectl describe ew $1"
  show "kubectl get ew $1"
  if (($2 > 5)); then
    show "docker ps --filter label=mayfly.dev/name=$1 --format '{{.Names}}' | sort -V | sed '4,\$d; 3a …'; docker ps -q --filter label=mayfly.dev/name=$1 | wc -l"
  else
    show "docker ps --filter label=mayfly.dev/name=$1 --format 'table {{.Names}}\t{{.Image}}\t{{.Status}}'"
  fi
}
