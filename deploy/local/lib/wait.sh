# shellcheck shell=bash
# Waiting, with something to see.

# await SECONDS WHAT COMMAND…: asks again until it succeeds, the longer it lasts the more seldom, as each look costs what it waits for
# some CPU time; shows the seconds when it lasts. HOPELESS ends it at once.
HOPELESS=75
await() {
  local limit=$1 what=$2 start shown=0 elapsed status tenths=1
  shift 2
  start=$(now_ms)
  while true; do
    status=0
    "$@" >/dev/null 2>&1 || status=$? # what it says before it succeeds is noise
    ((status != 0)) || return 0
    ((status != HOPELESS)) || return 1
    elapsed=$((($(now_ms) - start) / 1000))
    ((elapsed < limit)) || return 1
    if ((elapsed >= shown + 5)); then
      say "… waiting for $what, $elapsed s"
      shown=$elapsed
    fi
    sleep "0.$tenths"
    ((tenths == 4)) || tenths=$((tenths + 1))
  done
}

# with_progress WHAT LOGFILE COMMAND…: runs it with its output in LOGFILE; a line every 10 s; its last lines on failure.
# PROGRESS, if set, is a command that reads from LOGFILE how far it has come.
with_progress() {
  local what=$1 log=$2 start pid next=10 elapsed
  shift 2
  start=$(now_ms)
  "$@" >"$log" 2>&1 </dev/null &
  pid=$!
  trap 'kill "$pid"; exit 143' TERM
  while kill -0 "$pid" 2>/dev/null; do # its end is what we wait for
    elapsed=$((($(now_ms) - start) / 1000))
    if ((elapsed >= next)); then
      say "$what: $elapsed s${PROGRESS:+, $("$PROGRESS" "$log")}"
      next=$((elapsed + 10))
    fi
    sleep 0.2
  done
  trap - TERM
  if ! wait "$pid"; then
    tail -n 15 "$log" >&2
    fail "$what failed; all of it is in $log"
  fi
  say "$what: done in $(seconds_since "$start") s"
}
