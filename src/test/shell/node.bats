#!/usr/bin/env bats
# bats file_tags=engine
# make up NODE=1: real Pods; and nothing of the node after make down.

load helpers

setup_file() { node_up; }

teardown_file() {
  if [ -d "$MAYFLY_LOCAL" ]; then drop_state; fi
}

@test "a Pod runs and answers through its Service" {
  kubectl create deployment page --image=busybox:1.36 -- sh -c 'mkdir /w; echo hello >/w/index.html; exec httpd -f -h /w'
  kubectl expose deployment page --port=80
  kubectl rollout status deployment/page --timeout=180s
  eventually answers "http://$(kubectl get service page -o 'jsonpath={.spec.clusterIP}')/"
}

# answers URL: kube-proxy programs a new Service a moment after it was made.
answers() { [ "$(kubectl exec deployment/page -- timeout 5 wget -qO- "$1")" = hello ]; }

@test "make down leaves neither process nor mount nor rule of the node" {
  make_quietly down
  run pgrep -f "$MAYFLY_LOCAL/node"
  [ "$status" = 1 ]
  run grep -E 'mayfly-node|/kubelet/pods' /proc/mounts
  [ "$status" = 1 ]
  run grep -E 'KUBE-|CNI-' <(iptables-save)
  [ "$output" = "$(grep -E 'KUBE-|CNI-' "$MAYFLY_LOCAL/rules.before")" ]
}
