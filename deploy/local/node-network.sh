# shellcheck shell=bash
# Removes the traces of Pods from the host's network. Other users of CNI on this machine keep theirs.

NAMESPACES=()

# Network namespaces of Pods that still run: known by their processes, and only as long as those live.
remember_namespaces() {
  local pid file
  for pid in $(containerd_ctl tasks ls | awk 'NR > 1 { print $2 }'); do
    for file in /run/netns/cni-*; do
      [ "$(stat -Lc %i "$file")" != "$(stat -Lc %i "/proc/$pid/ns/net")" ] || NAMESPACES+=("$file")
    done
  done
}

clean_network() {
  local file
  "$KUBE_NODE" kube-proxy --config="$NODE/kube-proxy.yaml" --cleanup >>"$LOG/kube-proxy.log" 2>&1
  [ ! -d /sys/class/net/mayfly0 ] || ip link del mayfly0
  for file in "${NAMESPACES[@]}"; do
    [ ! -e "$file" ] || { umount "$file" && rm "$file"; }
  done
  forget_allocations
  forget_rules
}

# The last of the users of CNI takes its directories away.
forget_allocations() {
  [ -d /var/lib/cni ] || return 0
  rm -rf /var/lib/cni/networks/mayfly /var/lib/cni/results/mayfly-*
  rmdir --ignore-fail-on-non-empty /var/lib/cni/networks
  [ -d /var/lib/cni/networks ] || rm -rf /var/lib/cni
}

# The CNI plugins mark a Pod's rules and its chain with the network's name.
forget_rules() {
  local chain
  iptables-save -t nat | sed -n 's/^-A \(POSTROUTING .*name: \\"mayfly\\".*\)$/\1/p' | while read -r rule; do
    eval "iptables -t nat -D $rule" # the rule holds a quoted comment
  done
  for chain in $(iptables-save -t nat | sed -n 's/^-A \(CNI-[^ ]*\) .*name: \\"mayfly\\".*/\1/p' | sort -u); do
    iptables -t nat -F "$chain" && iptables -t nat -X "$chain"
  done
  if [ ! -e "$NODE/keep-kubelet" ]; then # kube-proxy's own clean-up leaves this one
    remove_chain INPUT KUBE-FIREWALL
    remove_chain OUTPUT KUBE-FIREWALL
  fi
  [ ! -d /var/lib/cni ] || return 0
  remove_chain FORWARD CNI-FORWARD
  remove_chain CNI-FORWARD CNI-ADMIN
}

# remove_chain FROM CHAIN: the rules that lead from one to the other, and the other, once nothing else leads to it.
remove_chain() {
  local rule leads
  iptables-save -t filter | sed -n "s/^-A \($1 .*-j $2\)$/\1/p" | while read -r rule; do
    eval "iptables -D $rule" # the rule holds a quoted comment
  done
  leads=$(iptables-save -t filter | sed -n "/ -j $2\$/p") # a grep -q would end the list before its end, which counts as none
  if [ -z "$leads" ] && iptables -S "$2" >/dev/null 2>&1; then # absent is an answer
    iptables -F "$2"
    iptables -X "$2"
  fi
}
