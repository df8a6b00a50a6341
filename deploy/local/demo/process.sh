# shellcheck shell=bash
# A container is a process of this host.

process() {
  local id name pid next start
  heading "A container is a process"
  id=$(running web 1) && name=$(name_of "$id")
  explain "Inside it is PID 1, the first and only one; when it ends, the container has ended."
  show "docker exec $name ps"
  explain "On the host it is an ordinary process with another number:"
  pid=$(docker inspect --format '{{.State.Pid}}' "$id")
  show "docker inspect --format '{{.State.Pid}}' $name"
  if ! is_root || [ ! -d "/proc/$pid" ]; then
    for_root "the process on the host, and its end by kill -9"
    return
  fi
  show "tr '\\0' ' ' </proc/$pid/cmdline; echo"
  explain "End it from outside, behind the engine's and the operator's back:"
  start=$(now_ms)
  show "kill -9 $pid"
  next=$(successor web 1 "$id")
  took "kill -9 → replaced" "$start"
  name=$(name_of "$next")
  explain "Replaced, not restarted: another container, in the same slot, with the next attempt's number in its name," \
    "nothing in its layer, and the volume's data intact."
  show "docker inspect --format '{{.State.Pid}} {{.Name}}' $name"
  show "docker exec $name find /var /tmp -name c.txt"
  show "docker exec $name cat /var/lib/app/c.txt"
  export DEAD=1
  reach web 3
  tables web 3
}
