# shellcheck shell=bash
# Another operating system's user land, the same kernel.

userland() {
  local start name
  heading "Another operating system, the same kernel"
  start=$(now_ms)
  show "kubectl apply -f deploy/samples/centos.yaml"
  reach centos 1
  took "another image: kubectl apply → running" "$start"
  name=$(name_of "$(running centos)")
  show "docker exec $name sed -n '/PRETTY_NAME/p' /etc/os-release"
  show "sed -n '/PRETTY_NAME/p' /etc/os-release"
  show "docker exec $name uname -r"
  show "uname -r"
}
