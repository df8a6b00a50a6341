# shellcheck shell=bash
# Software writes somewhere; nobody knew. The audit says where, and what to do about it.

audit() {
  local start one
  heading "Three replicas, and what they write is looked at"
  show "cat deploy/samples/web-audit.yaml"
  start=$(now_ms)
  show "kubectl apply -f deploy/samples/web-audit.yaml"
  first_runs
  took "kubectl apply → first container running" "$start"
  reach web 3
  took "kubectl apply → 3 containers running" "$start"
  tables web 3

  heading "A card number is written into a container"
  one=$(name_of "$(running web 1)")
  start=$(now_ms)
  show "docker exec $one sh -c 'mkdir -p /var/lib/app && echo CARD-4111 >/var/lib/app/c.txt'"
  await 20 "the finding" dirty 1 || fail "the write to /var/lib/app/c.txt is not reported" "kubectl describe ew web"
  took "write → reported" "$start"
  show "kubectl get ew web"
  show "kubectl get ew web -o jsonpath='{range .status.ephemerality.findings[*]}{.replica}  {.kind}  {.path}{\"\n\"}{end}'"
  explain "It is in that container alone, and would be gone with it:"
  show_refused "docker exec $(name_of "$(running web 0)") cat /var/lib/app/c.txt"
  explain "What to do about it, ready to paste:"
  show "kubectl get ew web -o jsonpath='{.status.ephemerality.suggestedVolumes[*]}{\"\n\"}'"
  event WriteFound
}

# event REASON: shows the message of that Event about web.
event() {
  await 10 "the Event" has_event "$1" || fail "there is no Event $1 about web" "kubectl get events"
  show "kubectl get events --field-selector involvedObject.name=web,reason=$1 -o jsonpath='{range .items[*]}{.message}{\"\n\"}{end}'"
}

has_event() { kubectl get events --field-selector "involvedObject.name=web,reason=$1" -o name | grep -q .; }

dirty() { [ "$(kubectl get ew web -o jsonpath='{.status.ephemerality.dirtyReplicas}')" = "$1" ]; }

enforce() {
  local start one
  heading "The suggestion pasted, and enforced"
  show "grep -vxFf deploy/samples/web-audit.yaml deploy/samples/web-volume.yaml"
  start=$(now_ms)
  show "kubectl apply -f deploy/samples/web-volume.yaml"
  await 60 "the rollout" rolled_out web 3 || fail "web was not rolled out" "kubectl describe ew web"
  reach web 3
  took "Audit → Enforce, three replicas replaced" "$start"
  show "kubectl get ew web"
  one=$(name_of "$(running web 1)")
  explain "The same write elsewhere is refused, in the volume it is fine, and every replica sees it there:"
  show_refused "docker exec $one sh -c 'echo CARD-4111 >/var/lib/c.txt'"
  show "docker exec $one sh -c 'echo CARD-4111 >/var/lib/app/c.txt'"
  show "docker exec $(name_of "$(running web 0)") cat /var/lib/app/c.txt"
}

# rolled_out WORKLOAD N: all of the current revision, and ready. Asked once: the status may be written between two questions.
rolled_out() {
  local generation observed updated ready
  IFS=, read -r generation observed updated ready < <(kubectl get ew "$1" -o \
    jsonpath='{.metadata.generation},{.status.observedGeneration},{.status.updatedReplicas},{.status.readyReplicas}{"\n"}')
  [ "$generation $updated $ready" = "$observed $2 $2" ]
}
