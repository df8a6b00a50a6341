#!/usr/bin/env bash
# Removes what is left on engine and host of the clusters in .local/clusters, and the images in .local/images. Needs neither API
# server nor operator.
#   sweep.sh | sweep.sh list CLUSTER…: only says what is there, a line for each thing; `mayfly leftovers` by the shell alone
# shellcheck source=deploy/local/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

DOCKER_HOST=$("$HERE/engine.sh" host)
export DOCKER_HOST
IDS=$LOCAL/clusters

ids() { if [ -s "$IDS" ]; then cat "$IDS"; fi; } # images may be all that is remembered

# Ours = all labels and the name that follows from them: `docker commit` copies labels to strangers. The rules are those of the
# operator (Ownership, ResourceOwnership); leftovers.bats holds the two against each other.
# One question to the engine: between two, a container may vanish.
LABELS=(namespace name slot attempt owner-uid kind revision failures restarts not-before ephemerality cpu-millis memory-bytes)

containers() {
  local columns='{{.Names}}' label row
  for label in "${LABELS[@]}"; do columns+=" {{.Label \"mayfly.dev/$label\"}}"; done
  docker ps -a --filter "label=mayfly.dev/cluster=$1" --format "$columns" | while read -ra row; do
    ((${#row[@]} == ${#LABELS[@]} + 1)) || continue # a label is missing
    [ "${row[0]}" != "mayfly_${row[1]}_${row[2]}-${row[3]}_${row[4]}_${row[5]:0:8}" ] || echo "${row[0]}"
  done
  # containers that looked into an image
  docker ps -a --filter "label=mayfly.dev/probe=$1" --format '{{.Names}}' | starting_with "mayfly_probe_$1_"
}

starting_with() { awk -v start="$1" 'index($0, start) == 1'; }

networks() {
  docker network ls --filter "label=mayfly.dev/cluster=$1" --format '{{.Name}} {{.Label "mayfly.dev/namespace"}}' |
    awk -v start="mayfly_$1_" 'NF == 2 && $1 == start $2 { print $1 }'
}

# volumes CLUSTER: a row for each: name, namespace, reclaim policy.
volumes() {
  docker volume ls --filter "label=mayfly.dev/cluster=$1" \
    --format '{{.Name}} {{.Label "mayfly.dev/namespace"}} {{.Label "mayfly.dev/reclaim-policy"}}' |
    awk -v start="mayfly_$1_" 'NF >= 2 && index($1, start $2 "_") == 1'
}

disposable() { volumes "$1" | awk '$3 != "Retain" { print $1 }'; }
retained() { volumes "$1" | awk '$3 == "Retain" { print $1 }'; }

# pulled ENGINE: of what .local/images says that Mayfly pulled: id and name of what still has that name. Rows that were written while
# no engine answered begin with the engine's id: of another's images a person may have pulled those here.
pulled() {
  local id names name tagged
  awk -v engine="$1" '$1 == engine { sub(/^[^ ]+ /, ""); print } /^sha256:/' "$LOCAL/images" | sort -u | while read -r id names; do
    tagged=' '
    for name in $names; do
      # absent is an answer
      [ "$(docker image inspect --format '{{.Id}}' "$name" 2>/dev/null)" = "$id" ] || continue
      # a digest goes with the last tag of its repository; tags are sorted before it
      [[ $name == *@* && $tagged == *" ${name%@*} "* ]] || echo "$id $name"
      [[ $name == *@* ]] || tagged+="${name%:*} "
    done
  done
}

# unused: of the ids and names on stdin the names of those of which no container is made. The engine itself takes all names but
# the last away from an image in use.
unused() {
  local id name
  while read -r id name; do [ -n "$(docker ps -aq --filter "ancestor=$id")" ] || echo "$name"; done
}

# untag NAME…: gracefully; prints those that went.
untag() {
  local name status=0
  for name in "$@"; do
    docker image inspect "$name" >/dev/null 2>&1 || continue # it went with another
    if docker image rm "$name" >/dev/null; then echo "$name"; else status=1; fi
  done
  return "$status"
}

sweep_images() {
  local engine
  [ -e "$LOCAL/images" ] || return 0
  engine=$(docker info --format '{{.ID}}') || ended
  pulled "$engine" | unused | remove "pulled images" untag
  pulled "$engine" >"$LOCAL/images.new"
  answers || ended # else all seems gone
  mv "$LOCAL/images.new" "$LOCAL/images"
  if [ -s "$LOCAL/images" ]; then
    say "kept pulled images that containers are made of: $(cut -d' ' -f2 "$LOCAL/images" | paste -sd ' ')"
    say "make down takes them once those containers are gone"
  else
    rm "$LOCAL/images"
  fi
}

answers() { timeout 10 docker version >/dev/null 2>&1; } # no answer is an answer

ended() {
  rm -f "$LOCAL/images.new"
  say "the engine has ended meanwhile: what is left is remembered for next time"
  exit 0
}

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

# directories CLUSTER: of its operators, and of scans that were killed, where Java makes temporary ones; the number is Java's.
directories() {
  local directory
  for directory in "/run/mayfly/$1" "/var/lib/mayfly/$1" "/tmp/mayfly-scan-$1"-[0-9]*; do
    [ ! -d "$directory" ] || [ -L "$directory" ] || [[ $directory == /tmp/* && ! $directory =~ -[0-9]+$ ]] || echo "$directory"
  done
}

# may_remove DIRECTORY: in /tmp each may remove what is theirs.
may_remove() {
  is_root || { [ -w "$(dirname "$1")" ] && { [ ! -k "$(dirname "$1")" ] || [ -O "$1" ]; }; }
}

# remember_ended FILE: the ID of an operators' directory, for release_ended.
remember_ended() { [ ! -f "$1" ] || printf '%s\n' "$(<"$1")" >>"$LOCAL/ended"; }

remove_directories() {
  local directory
  directories "$1" | while read -r directory; do
    if may_remove "$directory"; then
      [ "$directory" != "/var/lib/mayfly/$1" ] || remember_ended "$directory/id"
      # a mount that is in use is named by umount, and its directory counted below
      awk -v d="$directory" '$2 == d || index($2, d "/") == 1 { print $2 }' /proc/mounts | sort -r | xargs -r umount || true
      is_root || chmod -R u+rwX "$directory" 2>/dev/null || true # what a scanner unpacked may be closed; what is another's can't be opened, and rm names it
      rm -rf --one-file-system "$directory" || continue # it names what stays, and that is counted below
      say "removed $directory"
    else
      say "left, since only root may: sudo rm -rf $directory"
    fi
  done
}

# Parents of the clusters' directories; other clusters may have theirs there.
empty_parents() {
  local parent
  is_root || return 0 # in /run and /var/lib only root may
  for parent in /run/mayfly /var/lib/mayfly; do
    # such as one that something is mounted on: rmdir says why
    [ ! -d "$parent" ] || rmdir --ignore-fail-on-non-empty "$parent" || STAYING+=("$parent")
  done
}

# open_egress CHAIN: takes away the operator's rules in the packet filter, which an operator does with its last network.
open_egress() {
  local -a rule
  is_root && has iptables-save || return 0
  while read -ra rule; do
    iptables -w -D "${rule[@]:1}"
  done < <(iptables-save -t filter | grep "^-A .* -j $1$")
  if iptables -w -n -L "$1" >/dev/null 2>&1; then # absent is an answer
    iptables -w -F "$1"
    iptables -w -X "$1"
  fi
}

# sweep CLUSTER: `remove` says what it could not remove, and `left` counts it; nothing of that keeps the rest.
sweep() {
  containers "$1" | remove containers docker rm -fv
  networks "$1" | remove networks docker network rm
  [ -n "$(networks "$1")" ] || open_egress "MAYFLY-$1"
  disposable "$1" | remove volumes docker volume rm
  remove_directories "$1"
}

# left CLUSTER: what is still there of it, in words.
left() {
  containers "$1" | sed 's/^/container /'
  networks "$1" | sed 's/^/network /'
  disposable "$1" | sed 's/^/volume /'
  directories "$1" | sed 's/^/directory /'
  if is_root && has iptables-save; then iptables-save -t filter | sed -n "s/^:\(MAYFLY-$1\) .*/chain \1/p"; fi
  awk -v run="/run/mayfly/$1" -v lib="/var/lib/mayfly/$1" \
    '$2 == run || index($2, run "/") == 1 || $2 == lib || index($2, lib "/") == 1 { print "mount " $2 }' /proc/mounts
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
  done < <(ids)
  # only root's prefix, made by people and their workloads
  if [ -d /srv/mayfly ] && [ -n "$(ls -A /srv/mayfly)" ]; then say "kept data: /srv/mayfly"; fi
}

if [ "${1:-}" = list ]; then
  for cluster in "${@:2}"; do left "$cluster"; done
  exit
fi
[ -s "$IDS" ] || [ -s "$LOCAL/images" ] || exit 0
step "Leftovers on the engine"
if ! answers; then
  say "the engine does not answer: nothing removed; make down again once it runs"
  exit 0
fi
REMAINING=() # clusters of which something is in use, or not ours to remove
STAYING=()   # what should have gone and could not be removed
while read -r cluster; do
  [[ $cluster =~ ^[0-9a-f]{12}$ ]] || fail "$IDS holds something that is no cluster id: $cluster" "take that line out"
  sweep "$cluster"
  rest=$(left "$cluster")
  [ -z "$rest" ] || REMAINING+=("$cluster")
  [ -z "$rest" ] || say "left of cluster $cluster: ${rest//$'\n'/, }"
done < <(ids)
empty_parents
sweep_images
kept
if ((${#REMAINING[@]})); then
  printf '%s\n' "${REMAINING[@]}" >"$IDS"
  # a network may stay although nothing is in it: the engine counts endpoints that are gone (moby#42119) until it restarts
  say "remembered for next time: what uses it must end first; if that is nothing, $(remedy)"
else
  rm -f "$IDS"
fi
((${#STAYING[@]} == 0)) || fail "these could not be removed: ${STAYING[*]}" "once nothing uses them any more: make down"
