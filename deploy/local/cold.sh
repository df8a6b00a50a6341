#!/usr/bin/env bash
# make bench-cold: where the time of a cold start goes. 50 containers are created, then started, eight calls at a time, by the Engine API
# alone: without a network, on the engine's default one, and on one of a user, as those of a namespace are. Medians of the rounds, with the
# processors' time and the processes that the machine began meanwhile. Nothing else may run.
#   ROUNDS=3 cold.sh
# shellcheck source=deploy/local/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

CONTAINERS=50
AT_ONCE=8
NETWORKS=(none bridge mayfly-cold)

"$HERE/engine.sh" up
"$HERE/images.sh"
SOCKET=$("$HERE/engine.sh" host)
[[ $SOCKET == unix://* ]] || fail "the engine at $SOCKET is another machine's, whose processors can't be seen from here" "unset DOCKER_HOST"
export DOCKER_HOST=$SOCKET SOCKET=${SOCKET#unix://}
FIGURES=$(mktemp -d)
leave() {
  docker ps -aq --filter label=mayfly-cold | xargs -r docker rm -f >/dev/null
  docker network ls -q --filter label=mayfly-cold | xargs -r docker network rm >/dev/null
  rm -rf "$FIGURES"
}
trap leave EXIT

# ask METHOD PATH [FILE]: with that body. Fails for an answer of 400 and more.
ask() {
  curl -sSf --unix-socket "$SOCKET" -X "$1" "http://engine$2" ${3:+-H 'Content-Type: application/json' -d "@$3"} -o /dev/null
}
export -f ask

create() {
  printf '{"Image":"busybox:1.36","Cmd":["tail","-f","/dev/null"],"Labels":{"mayfly-cold":""},"HostConfig":{"NetworkMode":"%s"}}' \
    "$1" >"$FIGURES/body"
  seq "$CONTAINERS" | xargs -P "$AT_ONCE" -I {} bash -c "ask POST '/containers/create?name=mayfly-cold-{}' '$FIGURES/body'"
}
start() { seq "$CONTAINERS" | xargs -P "$AT_ONCE" -I {} bash -c 'ask POST "/containers/mayfly-cold-{}/start"'; }
delete() { seq "$CONTAINERS" | xargs -P "$AT_ONCE" -I {} bash -c 'ask DELETE "/containers/mayfly-cold-{}?force=1"'; }

# used: the processors' time since the machine began, in milliseconds (proc(5): ticks of 10 ms), and its processes.
used() { awk '/^cpu / { busy = ($2 + $3 + $4 + $7 + $8) * 10 } /^processes / { print busy, $2 }' /proc/stat; }

# measured FILE COMMAND…: a line of milliseconds, processors' milliseconds, processes.
measured() {
  local file=$1 began cpu processes cpu_after processes_after
  shift
  read -r cpu processes < <(used)
  began=$(now_ms)
  "$@"
  began=$(($(now_ms) - began))
  read -r cpu_after processes_after < <(used)
  echo "$began $((cpu_after - cpu)) $((processes_after - processes))" >>"$FIGURES/$file"
}

# median FILE COLUMN
median() { cut -d ' ' -f "$2" "$FIGURES/$1" | sort -n | awk '{ all[NR] = $1 } END { print all[int((NR + 1) / 2)] }'; }

docker network create --label mayfly-cold mayfly-cold >/dev/null
step "$CONTAINERS cold starts, $AT_ONCE calls at a time, medians of ${ROUNDS:=3} (load of this machine: $(cut -d ' ' -f 1 /proc/loadavg))"
for ((round = 0; round <= ROUNDS; round++)); do # in turn: what else the machine does concerns all of them
  for network in "${NETWORKS[@]}"; do
    measured "create-$network" create "$network"
    measured "start-$network" start
    measured "remove-$network" delete
    ((round > 0)) || rm "$FIGURES"/*"-$network" # the first round warms up the engine's caches
  done
done
printf '    %-12s %-8s %9s %14s %20s\n' network call seconds 'ms of CPU each' 'tasks for each'
for network in "${NETWORKS[@]}"; do
  for call in create start remove; do
    awk -v network="$network" -v call="$call" -v ms="$(median "$call-$network" 1)" -v cpu="$(median "$call-$network" 2)" \
      -v processes="$(median "$call-$network" 3)" -v all="$CONTAINERS" \
      'BEGIN { printf "    %-12s %-8s %9.2f %14.0f %20.1f\n", network, call, ms / 1000, cpu / all, processes / all }'
  done
done
say "tasks are processes and threads that began; those of this script are among them, two for each call"
