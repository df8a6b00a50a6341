# shellcheck shell=bash
# 3 → 20 → 5 → 0 → 3.

clear_earlier_demo() {
  kubectl delete ew web centos --ignore-not-found >/dev/null
}

scaling() {
  local start step from=3
  heading "From a manifest to containers"
  show "cat deploy/samples/web.yaml"
  start=$(now_ms)
  show "kubectl apply -f deploy/samples/web.yaml"
  first_runs
  took "kubectl apply → first container running" "$start"
  reach web 3
  took "kubectl apply → 3 containers running" "$start"
  tables web 3

  heading "More, fewer, none, again"
  for step in 20 5 0 3; do
    start=$(now_ms)
    show "kubectl scale ew/web --replicas=$step"
    reach web "$step"
    took "kubectl scale $from → $step" "$start"
    tables web "$step"
    from=$step
  done
}

first_runs() {
  local start
  start=$(now_ms)
  until [ -n "$(running web)" ]; do
    (($(now_ms) - start < 60000)) || fail "no container runs after 60 s" "see $LOG/operator.log and: kubectl describe ew web"
    sleep 0.02
  done
}
