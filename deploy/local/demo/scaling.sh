# shellcheck shell=bash
# 3 → 20 → 5 → 0 → 3.

clear_earlier_demo() {
  kubectl delete ew web centos --ignore-not-found >/dev/null
  kubectl delete et hello --ignore-not-found >/dev/null
  kubectl delete events --field-selector involvedObject.name=web >/dev/null
}

scaling() {
  local start step from=3
  heading "More, fewer, none, again"
  for step in 20 5 0 3; do
    start=$(now_ms)
    show "kubectl scale ew/web --replicas=$step"
    reach web "$step"
    took "kubectl scale $from → $step" "$start"
    tables web "$step"
    from=$step
  done
  explain "The data is where it was:"
  show "docker exec $(name_of "$(running web 2)") cat /var/lib/app/c.txt"
}

first_runs() {
  local start
  start=$(now_ms)
  until [ -n "$(running web)" ]; do
    (($(now_ms) - start < 60000)) || fail "no container runs after 60 s" "see $LOG/operator.log and: kubectl describe ew web"
    sleep 0.02
  done
}
