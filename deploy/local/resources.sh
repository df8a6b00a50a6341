# shellcheck shell=bash
# Our resources in the cluster: deleted through the API while it and the operator live, else left to the sweep.

DELETE_SECONDS=${MAYFLY_DELETE_SECONDS:-120}

answers() { [ -s "$KUBECONFIG_FILE" ] && kubectl get --raw=/readyz --request-timeout=5s >/dev/null 2>&1; } # no answer is an answer

# Kinds of ours that the cluster knows; fails where no API server answers.
our_kinds() { kubectl api-resources --api-group=mayfly.dev -o name --cached=false --request-timeout=5s 2>/dev/null; }

remaining() {
  local kind
  # shellcheck disable=SC2013  # names of kinds have no spaces
  for kind in $1; do kubectl get "$kind" -A -o name --request-timeout=5s; done | wc -l
}

delete_resources() {
  local kinds kind left start shown=-1
  step "Our resources"
  if ! answers; then
    say "no API server answers: skipped; what is left on the engine is removed by its cluster id"
    return
  fi
  kinds=$(our_kinds)
  for kind in $kinds; do kubectl delete "$kind" --all -A --wait=false | sed 's/^/    /'; done
  start=$(now_ms)
  while true; do
    if ! left=$(remaining "$kinds"); then
      say "the API server has ended meanwhile: what is left on the engine is removed by its cluster id"
      return
    fi
    ((left > 0)) || break
    if ! operator_lives; then
      say "the operator does not run: the containers of $left are removed by their cluster id"
      return
    fi
    if (($(now_ms) - start > DELETE_SECONDS * 1000)); then
      say "$left still there after $DELETE_SECONDS s: their containers are removed by their cluster id"
      return
    fi
    ((left == shown)) || say "waiting for $left"
    shown=$left # a line per change only
    sleep 0.3
  done
  say "none left, after $(seconds_since "$start") s"
}

operator_lives() { alive operator "$LOCAL/operator/quarkus-run.jar"; }

# withdraw: a cluster that was there before gets rid of all that `up` applied; finalizers that nobody serves any more first.
withdraw() {
  local kind namespace name
  if ! answers; then
    say "no API server answers: what \`up\` applied stays in it; once it runs again: make up && make down"
    return
  fi
  for kind in $(our_kinds); do
    kubectl get "$kind" -A --no-headers -o custom-columns=:metadata.namespace,:metadata.name | while read -r namespace name; do
      kubectl patch "$kind" "$name" -n "$namespace" --type=merge -p '{"metadata":{"finalizers":null}}'
    done
  done
  kubectl delete --ignore-not-found --timeout=60s -f "$ROOT/deploy/operator/" -f "$ROOT/crds/" | sed 's/^/    /'
}
