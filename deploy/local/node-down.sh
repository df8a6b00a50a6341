# shellcheck shell=bash
# Everything that a node leaves on its host. Pods first: their shims and mounts outlive containerd and the kubelet.

down() {
  [ -d "$NODE" ] || return 0
  step "Node"
  is_root || fail "only root can take the node down" "sudo make down"
  delete_pods
  stop kube-scheduler "$SCHEDULER"
  stop kubelet "$KUBELET"
  stop kube-proxy "$PROXY"
  start_containerd # a killed one has left its Pods running
  end_tasks
  stop containerd "$CONTAINERD"
  clean_network
  unmount_below "$NODE" "$STATE"
  remove_cgroups
  [ -e "$NODE/keep-kubelet" ] || rm -rf --one-file-system /var/lib/kubelet
  rm -rf --one-file-system "$NODE" "$STATE"
  say "containerd, scheduler, kubelet, kube-proxy and what they made are gone"
}

# Owners without their Pods first: Pods that their owners' end deletes get the full grace.
delete_pods() {
  alive kubelet "$KUBELET" && kubectl get --raw=/readyz --request-timeout=5s >/dev/null 2>&1 || return 0 # no answer is an answer
  kubectl delete deployments,statefulsets,daemonsets,replicasets,jobs,cronjobs --all -A --cascade=orphan | sed 's/^/    /'
  kubectl delete pods --all -A --grace-period=1 --timeout=20s | sed 's/^/    /' || say "not all Pods ended in time: they are killed"
}

end_tasks() {
  local id
  remember_namespaces
  for id in $(containerd_ctl tasks ls -q); do
    containerd_ctl tasks rm -f "$id" >>"$LOG/containerd.log" 2>&1 || true # it may end by itself meanwhile
  done
  for id in $(containerd_ctl containers ls -q); do containerd_ctl containers rm "$id"; done
}

unmount_below() {
  local place
  for place in "$@"; do
    awk -v d="$place/" 'index($2, d) == 1 { print $2 }' /proc/mounts | sort -r | xargs -r umount
  done
}

# One directory per controller with cgroup v1, one in all with v2.
remove_cgroups() {
  find /sys/fs/cgroup -depth -type d -path '*/kubepods*' -exec rmdir {} +
}
