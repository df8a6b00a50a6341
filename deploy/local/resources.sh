# shellcheck shell=bash
# Our resources in the cluster: deleted through the API while it and the operator live, else left to the sweep.

DELETE_SECONDS=${MAYFLY_DELETE_SECONDS:-120}

answers() { [ -s "$KUBECONFIG_FILE" ] && kubectl get --raw=/readyz --request-timeout=30s >/dev/null 2>&1; } # no answer is an answer

# Kinds of ours that the cluster knows; fails where no API server answers.
our_kinds() { kubectl api-resources --api-group=mayfly.dev -o name --cached=false --request-timeout=30s 2>/dev/null; }

ROW=custom-columns=:metadata.uid,:apiVersion,:kind,:metadata.namespace,:metadata.name

# workloads KINDS: a row for each of our resources.
workloads() { [ -z "$1" ] || kubectl get "$1" -A --request-timeout=30s --no-headers -o "$ROW"; }

# applied: a row for each object that `up` applies, and for the operator's Lease and virtual node, as far as they are there.
applied() {
  kubectl get --ignore-not-found --no-headers -o "$ROW" -f "$ROOT/deploy/operator/" -f "$ROOT/crds/"
  kubectl get --ignore-not-found --no-headers -o "$ROW" -n mayfly-system lease mayfly
  kubectl get --no-headers -o "$ROW" nodes -l "mayfly.dev/virtual-node=true,mayfly.dev/cluster=$(cluster_id)" 2>/dev/null
}

# before: the file with the rows of what was in this cluster before the first `up`.
before() { echo "$LOCAL/before/$(kubectl get namespace kube-system -o jsonpath='{.metadata.uid}')"; }

remember_before() {
  local file kinds
  file=$(before)
  [ ! -e "$file" ] || return 0
  kinds=$(our_kinds | paste -sd,)
  mkdir -p "$LOCAL/before"
  { applied && workloads "$kinds"; } >"$file.new"
  mv "$file.new" "$file" # whole or not at all
}

# since_up FILE: of the rows on stdin those that are not in it. A uid is never used again: an object that was recreated has another.
since_up() { awk -v before="$1" 'BEGIN { while ((getline <before) > 0) known[$1] } !($1 in known)'; }

# delete_rows OPTION…: deletes the objects whose rows are on stdin.
delete_rows() {
  local manifests
  manifests=$(awk '{
    printf "---\napiVersion: \"%s\"\nkind: \"%s\"\nmetadata: {name: \"%s\"", $2, $3, $5
    print ($4 == "<none>" ? "" : ", namespace: \"" $4 "\"") "}"
  }')
  [ -z "$manifests" ] || kubectl delete "$@" --ignore-not-found -f - <<<"$manifests" | sed 's/^/    /'
}

delete_resources() {
  local kinds file left start shown=-1
  step "Our resources"
  if ! answers; then
    say "no API server answers: skipped; what is left on the engine is removed by its cluster id"
    return
  fi
  kinds=$(our_kinds | paste -sd,) file=$(before)
  workloads "$kinds" | since_up "$file" | delete_rows --wait=false
  start=$(now_ms)
  while true; do
    if ! left=$(workloads "$kinds" | since_up "$file" | wc -l); then
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

# remember_pulled: writes down which images Mayfly pulled to this engine, before the cluster that knows it goes: id, then names; the
# engine's id first where no engine says which it is. Only names that a pull gave: a person's tags are not among them.
# Fails where the cluster does not say it, also started again.
remember_pulled() {
  local cluster engine remembered
  [ -s "$LOCAL/clusters" ] || return 0
  if ! answers; then
    "$HERE/cluster.sh" holds || return 0 # a k3s that was there before keeps it; data that is gone shows nothing
    step "Which images Mayfly pulled"
    say "only the cluster knows it, so it is started once more"
    "$HERE/cluster.sh" again 2>>"$LOG/cluster.log" || return 1
  fi
  engine=$(DOCKER_HOST=$("$HERE/engine.sh" host) timeout 10 docker info --format '{{.ID}}' 2>/dev/null) || engine='' # no answer is an answer
  while read -r cluster; do
    remembered=$(kubectl get configmaps -A -l "mayfly.dev/cluster=$cluster" --request-timeout=30s -o go-template='{{range .items}}engine {{with .metadata.annotations}}{{index . "mayfly.dev/engine"}}{{end}}{{"\n"}}{{with .data}}{{.images}}{{end}}{{"\n"}}{{end}}') || return 1
    pulled_rows "$engine" <<<"$remembered" >>"$LOCAL/images" || return 1
  done <"$LOCAL/clusters"
}

# pulled_rows ENGINE: of the images on stdin, after the engine that they are on, the rows of that engine's; of each engine's if it is empty.
pulled_rows() {
  sed -n -e '/^engine /p' -e 's/^{"id":"\(sha256:[0-9a-f]*\)","references":\[\([^]]*\)\].*/\1 \2/p' | tr -d '"' | tr ',' ' ' |
    awk -v here="$1" '$1 == "engine" { engine = $2; next } here == "" && engine != "" { print engine, $0 } here != "" && engine == here'
}

operator_lives() { alive operator "$LOCAL/operator/quarkus-run.jar" || [ -d "$LOCAL/helm" ]; } # as a process, or by its chart

# withdraw: a cluster that was there before gets rid of all that came with `up`; finalizers that nobody serves any more first.
withdraw() {
  local kinds file kind namespace name place
  if ! answers; then
    say "no API server answers: what \`up\` applied stays in it; once it runs again: make up && make down"
    return
  fi
  kinds=$(our_kinds | paste -sd,) file=$(before)
  workloads "$kinds" | since_up "$file" | while read -r _ _ kind namespace name; do
    place=()
    [ "$namespace" = "<none>" ] || place=(-n "$namespace") # a policy is in none
    kubectl patch "$kind" "$name" "${place[@]}" --type=merge -p '{"metadata":{"finalizers":null}}'
  done
  { workloads "$kinds" && applied; } | since_up "$file" | delete_rows --timeout=60s
  if [ -s "$file" ]; then
    say "these stay, since they were there before: $(awk '{ printf "%s%s %s%s", (NR > 1 ? ", " : ""), $3, ($4 == "<none>" ? "" : $4 "/"), $5 }' "$file")"
    ! grep -qE 'Ephemeral(Workload|Task)' "$file" || say "their containers went with the operator; the next one makes them again"
  fi
  rm -f "$file" "$LOCAL/ended"
}

# release_ended: an operator that `make down` ended while no API server answered is still named by its Lease. The directory that it
# shared with a successor is gone, so that no successor can tell that it ended. Those directories' IDs are in .local/ended.
release_ended() {
  local directory='{.metadata.annotations.mayfly\.dev/bound-directory}' bound
  [ -s "$LOCAL/ended" ] || return 0
  bound=$(kubectl get lease -n mayfly-system mayfly --ignore-not-found -o "jsonpath=$directory")
  if [ -n "$bound" ] && grep -qxF -e "$bound" "$LOCAL/ended"; then # another cluster's Lease may be the one: then the ID is kept for that
    kubectl delete lease -n mayfly-system mayfly --ignore-not-found | sed 's/^/    /'
    rm "$LOCAL/ended"
  fi
}
