#!/usr/bin/env bash
# make down: removes our resources, their leftovers on the engine, and all that `up` started. Keeps what was there before.
# shellcheck source=deploy/local/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
one_at_a_time "$0" "$@"
# shellcheck source=deploy/local/resources.sh
source "$HERE/resources.sh"

show_leftovers() {
  local status=0
  ((${#ids[@]})) || return 0
  step "Left over"
  if [ "$kind" = k3s ] || ((unread)); then
    "$HERE/leftovers.sh" "${ids[@]}" || status=$?
  else # that cluster goes with all that is in it
    env -u KUBECONFIG "$HERE/leftovers.sh" "${ids[@]}" || status=$?
  fi
  case $status in
    0) ;;
    1) say "this is still there; make down tries again" ;;
    *) say "not everything could be looked at: make leftovers, once it can" ;;
  esac
}

export KUBECONFIG=$KUBECONFIG_FILE
prepare_state
kind=$("$HERE/cluster.sh" kind)
delete_resources
step "Operator"
"$HERE/operator.sh" down
unread=0
remember_pulled || unread=1
mapfile -t ids < <(sort -u "$LOCAL/clusters" 2>/dev/null) # nothing was ever up
"$HERE/sweep.sh"
((!unread)) || printf '%s\n' "${ids[@]}" >"$LOCAL/clusters" # the next down asks for their images again
if [ -d "$LOCAL/node" ]; then "$HERE/node.sh" down; fi
"$HERE/swarm.sh" down
if [ "$kind" = k3s ] && ((!unread)); then # what remembers the images came with it
  step "The parts that up started"
  withdraw
fi
show_leftovers
step "Cluster"
if ((unread)); then "$HERE/cluster.sh" halt; else "$HERE/cluster.sh" down; fi
"$HERE/engine.sh" down

step "Kept"
say "$LOCAL/bin and $LOG (delete them freely), Maven's and Go's caches, the sample images"
kept_packages
printf '\nMayfly is down.\n'
