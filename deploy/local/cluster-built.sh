# shellcheck shell=bash
# Kubernetes built here, as one process tree of .local/bin/kube. Its data is in .local/kube and outlives its processes.

SERVER="server --data-dir=$LOCAL/kube"

built_up() {
  local port start
  adopt cluster "$SERVER" "--data-dir=$LOCAL/kube"
  if alive cluster "$SERVER"; then
    if answers; then
      say "in use: built Kubernetes (pid $(cat "$RUN/cluster.pid"))"
      return
    fi
    say "the API server does not answer: starting it again"
    stop cluster "$SERVER"
  fi
  start=$(now_ms)
  # The components of a killed server end with it, and have the lock open until they have.
  flock -w 60 "$RUN/cluster.lock" true || fail "parts of an earlier server are still running" "see: pgrep -af '$LOCAL/kube'"
  port=$(remembered_port cluster 6443)
  : >"$LOG/cluster.log"
  daemon cluster flock --no-fork -n "$RUN/cluster.lock" "$KUBE" server --data-dir="$LOCAL/kube" \
    --write-kubeconfig="$KUBECONFIG_FILE" --https-listen-port="$port"
  if ! await 180 "the API server" built_usable; then
    tail -n 15 "$LOG/cluster.log" >&2
    fail "the API server does not become ready; its log is $LOG/cluster.log" \
      "make up again; if it persists, drop the cluster's data: rm -rf $LOCAL/kube; make down && make up"
  fi
  say "started (pid $(cat "$RUN/cluster.pid"), port $port) in $(seconds_since "$start") s"
}

# built_usable: its log says when it may be, which costs less than asking a server that is not there yet.
built_usable() {
  alive cluster "$SERVER" || return "$HOPELESS"
  grep -q '^Node controller sync successful' "$LOG/cluster.log" && usable
}

built_halt() {
  adopt cluster "$SERVER" "--data-dir=$LOCAL/kube"
  stop cluster "$SERVER"
}

built_down() {
  built_halt
  rm -rf "$LOCAL/kube" "$RUN/cluster.port" "$RUN/cluster.lock"
}
