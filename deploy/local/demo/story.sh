# shellcheck shell=bash
# A task; software that writes where nobody expects it; the volume that it needs; its replicas' ends and beginnings.

clear_earlier_demo() {
  kubectl delete ew/web et/hello --ignore-not-found >/dev/null
  kubectl delete events --field-selector involvedObject.name=web >/dev/null
}

task() {
  local start
  heading "A task prints, ends and is gone"
  start=$(now_ms)
  silently "kubectl apply -f deploy/samples/hello.yaml"
  kubectl wait --for=condition=Complete et/hello --timeout=60s >/dev/null
  record "task" "$start"
  show "kubectl get et hello -o jsonpath='{.status.results[0].message}'"
  await 20 "the container's end" no_container hello || fail "a container of hello is left" "docker ps -a"
  kubectl delete et/hello >/dev/null
}

# no_container NAME: none of it is left, in whatever state.
no_container() { [ -z "$(of "$1" -aq)" ]; }

audit() {
  local one
  heading "A replica writes outside of its volumes"
  silently "kubectl apply -f deploy/samples/web-audit.yaml"
  reach web 3
  [ "${HELM:-}" != 1 ] || exact
  one=$(name_of "$(running web 1)")
  silently "docker exec $one sh -c 'mkdir -p /var/lib/app; echo CARD-4111 >/var/lib/app/c.txt'"
  await 20 "the finding" is_found || fail "the write to /var/lib/app/c.txt is not reported" "kubectl describe ew web"
  show "kubectl get ew web -o jsonpath='{.status.conditions[?(@.type==\"Ephemeral\")].message}'"
}

is_found() { [ "$(kubectl get ew web -o jsonpath='{.status.ephemerality.dirtyReplicas}')" = 1 ]; }

enforce() {
  local start one
  heading "That directory becomes a volume, all else read-only"
  start=$(now_ms)
  silently "kubectl apply -f deploy/samples/web-volume.yaml"
  await 60 "the rollout" rolled_out web 3 || fail "web was not rolled out" "kubectl describe ew web"
  reach web 3
  record "rollout" "$start"
  one=$(name_of "$(running web 1)")
  silently "docker exec $one sh -c 'echo CARD-4111 >/var/lib/app/c.txt'"
  show_refused "docker exec $one touch /var/lib/c.txt"
}

# rolled_out WORKLOAD N: all of the current revision, and ready. Asked once: the status may be written between two questions.
rolled_out() {
  local generation observed updated ready
  IFS=, read -r generation observed updated ready < <(kubectl get ew "$1" -o \
    jsonpath='{.metadata.generation},{.status.observedGeneration},{.status.updatedReplicas},{.status.readyReplicas}{"\n"}')
  [ "$generation $updated $ready" = "$observed $2 $2" ]
}

heal() {
  local id start
  heading "A killed replica is replaced, its volume stays"
  id=$(running web 1)
  start=$(now_ms)
  kill_replica "$id"
  await 60 "the successor" succeeded web 1 "$id" || fail "web-1 has no successor after 60 s" "see $LOG/operator.log"
  record "replaced" "$start"
  show "docker exec $(name_of "$(running web 1)") cat /var/lib/app/c.txt"
}

# kill_replica ID: behind the operator's back, and where we may also behind the engine's.
kill_replica() {
  local pid
  pid=$(docker inspect --format '{{.State.Pid}}' "$1")
  if is_root && [ -d "/proc/$pid" ]; then
    silently "kill -9 $pid"
  else
    silently "docker kill $(name_of "$1")"
  fi
}

# Cold, and from a pool that was frozen in advance.
scale() {
  local from=3
  heading "Scaled up, down, up"
  export DEAD=1 # that of the killed one
  if [ "${HELM:-}" = 1 ]; then
    scaled "3 → 0" 0 "kubectl scale ew/web --replicas=0"
    from=0
  fi
  scaled "$from → 20" 20 "kubectl patch ew/web --type=merge -p '{\"spec\":{\"replicas\":20,\"warm\":{\"size\":20}}}'"
  await 120 "the pool" is_warm 20 || fail "web has no 20 warm replicas after 120 s" "kubectl describe ew web"
  scaled "20 → 0" 0 "kubectl scale ew/web --replicas=0"
  scaled "0 → 20, warm" 20 "kubectl scale ew/web --replicas=20"
}

# scaled WHAT N COMMANDLINE
scaled() {
  local start
  start=$(now_ms)
  silently "$3"
  reach web "$2"
  record "$1" "$start"
}

is_warm() { [ "$(kubectl get ew web -o jsonpath='{.status.warmReplicas}')" = "$1" ]; }
