#!/usr/bin/env bash
# Removes what is left on engine and host of the clusters in .local/clusters. Needs neither API server nor operator.
# shellcheck source=deploy/local/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

DOCKER_HOST=$("$HERE/engine.sh" host)
export DOCKER_HOST
IDS=$LOCAL/clusters

# Ours = the labels and the name that follows from them: `docker commit` copies labels to strangers.
# One question to the engine: between two, a container may vanish.
containers() {
  local id name namespace workload slot attempt owner
  docker ps -a --filter "label=mayfly.dev/cluster=$1" --format \
    '{{.ID}} {{.Names}} {{.Label "mayfly.dev/namespace"}} {{.Label "mayfly.dev/name"}} {{.Label "mayfly.dev/slot"}} {{.Label "mayfly.dev/attempt"}} {{.Label "mayfly.dev/owner-uid"}}' |
    while read -r id name namespace workload slot attempt owner; do
      [ "$name" != "mayfly_${namespace}_${workload}-${slot}_${attempt}_${owner:0:8}" ] || echo "$id"
    done
}

networks() { docker network ls -q --filter "label=mayfly.dev/cluster=$1"; }
volumes() { docker volume ls -q --filter "label=mayfly.dev/cluster=$1"; }
disposable() { comm -23 <(volumes "$1" | sort) <(retained "$1" | sort); }
retained() { docker volume ls -q --filter "label=mayfly.dev/cluster=$1" --filter label=mayfly.dev/reclaim-policy=Retain; }

# remove WHAT COMMAND…: gives the names on stdin to the command, and counts those that it removed.
remove() {
  local what=$1 names removed
  shift
  mapfile -t names
  ((${#names[@]})) || return 0
  # one that has vanished meanwhile, or that a stranger still uses, is named by the engine
  removed=$("$@" "${names[@]}" | wc -l) || say "not all of these $what could be removed"
  say "removed $what: $removed"
}

directories() {
  local directory
  for directory in "/run/mayfly/$1" "/var/lib/mayfly/$1"; do
    [ -d "$directory" ] || continue
    if [ -w "$(dirname "$directory")" ]; then
      awk -v d="$directory" '$2 == d || index($2, d "/") == 1 { print $2 }' /proc/mounts | sort -r | xargs -r umount
      rm -rf --one-file-system "$directory"
      say "removed $directory"
    else
      say "left, since only root may: sudo rm -rf $directory"
    fi
  done
}

# What holds the clusters' directories; other clusters may have theirs there.
empty_parents() {
  local parent
  is_root || return 0 # in /run and /var/lib only root may
  for parent in /run/mayfly /var/lib/mayfly; do
    [ ! -d "$parent" ] || rmdir --ignore-fail-on-non-empty "$parent"
  done
}

sweep() {
  containers "$1" | remove containers docker rm -fv
  networks "$1" | remove networks docker network rm
  disposable "$1" | remove volumes docker volume rm
  directories "$1"
}

# left CLUSTER: what is still there of it, in words.
left() {
  local directory
  containers "$1" | sed 's/^/container /'
  networks "$1" | sed 's/^/network /'
  disposable "$1" | sed 's/^/volume /'
  for directory in "/run/mayfly/$1" "/var/lib/mayfly/$1"; do
    [ ! -d "$directory" ] || echo "directory $directory"
  done
}

# A dockerd that `up` started ends with `down`.
remedy() {
  if alive dockerd dockerd; then echo "make up && make down"; else echo "restart the engine, then: make down"; fi
}

kept() {
  local id names
  while read -r id; do
    names=$(retained "$id" | tr '\n' ' ')
    [ -z "$names" ] || say "kept volumes (policy Retain): $names"
  done <"$IDS"
  # only root's prefix, made by people and their workloads
  if [ -d /srv/mayfly ] && [ -n "$(ls -A /srv/mayfly)" ]; then say "kept data: /srv/mayfly"; fi
}

[ -s "$IDS" ] || exit 0
step "What is left on the engine"
if ! timeout 10 docker version >/dev/null 2>&1; then # no answer is an answer
  say "the engine does not answer: nothing removed; make down again once it runs"
  exit 0
fi
REMAINING=()
while read -r cluster; do
  [[ $cluster =~ ^[0-9a-f]{12}$ ]] || fail "$IDS holds something that is no cluster id: $cluster" "take that line out"
  sweep "$cluster"
  rest=$(left "$cluster")
  [ -z "$rest" ] || REMAINING+=("$cluster")
  [ -z "$rest" ] || say "left of cluster $cluster: ${rest//$'\n'/, }"
done <"$IDS"
empty_parents
kept
if ((${#REMAINING[@]})); then
  printf '%s\n' "${REMAINING[@]}" >"$IDS"
  # a network may stay although nothing is in it: the engine counts endpoints that are gone (moby#42119) until it restarts
  say "remembered for next time: what uses it must end first; if that is nothing, $(remedy)"
else
  rm "$IDS"
fi
