# shellcheck shell=bash
# The shell's tests: three files at a time, each on a machine of its own (src/test/shell/apart.bash), so that they do not meet.

STORIES=$LOG/stories # FILE.tap and FILE.seconds of each

# story_lanes: the files of a line run one after the other, on one machine. Those that need a node share it: a machine has one, and
# it takes long to come up; node.bats is the last of them, since it takes the node down.
story_lanes() {
  local with_node
  mapfile -t with_node < <(grep -l node_up -- *.bats | grep -vx node.bats)
  echo "${with_node[*]} node.bats"
  grep -L node_up -- *.bats | longest_first
}

# longest_first: by what each took the last time, else by what it says itself, which those do that take long.
longest_first() {
  local file seconds
  while read -r file; do
    seconds=$(cat "$STORIES/$file.seconds" 2>/dev/null || # it never ran here
      sed -n 's/^# Takes about \([0-9]*\) s\.$/\1/p' "$file")
    echo "${seconds:-0} $file"
  done | sort -srn -k 1,1 | cut -d ' ' -f 2
}

run_stories() {
  local status=0 lanes=$STORIES/lanes
  mkdir -p "$STORIES"
  (cd "$ROOT/src/test/shell" && story_lanes) >"$lanes"
  rm -f "$STORIES"/*.tap "$STORIES"/*.seconds
  docker save -o "$STORIES/images.tar" busybox:1.36 centos:7
  # shellcheck disable=SC2016  # the inner shell splits a line into its files
  setsid xargs -a "$lanes" -d '\n' -n 1 -P 3 \
    bash -c '"$0" "$1" "$2" $3' "$ROOT/src/test/shell/apart.bash" "$STORIES/images.tar" "$STORIES" &
  trap 'kill -KILL -- -$!' TERM # with their namespaces everything ends that they have started
  wait "$!" || status=$?
  rm -f "$STORIES/images.tar"
  cat "$STORIES"/*.tap >"$BATS_LOG"
  return "$status"
}
