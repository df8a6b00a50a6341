# shellcheck shell=bash
# Processes that outlive us: known by .local/run/NAME.pid.

# alive NAME PATTERN: the process of run/NAME.pid exists and is still the one we started (pids are used again).
alive() {
  [ -s "$RUN/$1.pid" ] && command_line "$(cat "$RUN/$1.pid")" | grep -q -- "$2"
}

# command_line PID: fails when the process is over. For some milliseconds of an exec it reads as empty, in a living process.
command_line() {
  local words
  # the process may end between two looks; a zombie has no executable
  until words=$(tr '\0' ' ' 2>/dev/null <"/proc/$1/cmdline") && [ -n "$words" ]; do
    [ -e "/proc/$1/exe" ] || return 1
    sleep 0.01
  done 2>/dev/null
  echo "$words"
}

# adopt NAME PATTERN ARGUMENT: finds the process again whose pid file was lost, by an argument that only it has.
adopt() {
  local found
  alive "$1" "$2" && return
  # processes end while they are looked at; none is found when it does not run
  found=$(grep -lzsxF -- "$3" /proc/[0-9]*/cmdline) || return 0
  found=${found%%$'\n'*}
  found=${found#/proc/}
  echo "${found%/cmdline}" >"$RUN/$1.pid"
}

# daemon NAME COMMAND…: starts it in a session of its own, with none of our files open (a lock, bats' or make's pipes).
daemon() {
  local name=$1
  shift
  (
    for fd in "/proc/$BASHPID/fd"/*; do
      fd=${fd##*/}
      ((fd <= 2)) || exec {fd}>&-
    done
    exec setsid "$@" </dev/null >>"$LOG/$name.log" 2>&1
  ) &
  echo $! >"$RUN/$name.pid"
  while cmp -s "/proc/$$/cmdline" "/proc/$!/cmdline"; do sleep 0.01; done # until it is what it shall be, not a copy of us
}

# stop NAME PATTERN [SECONDS]: TERM, then KILL after SECONDS (20).
stop() {
  local pid tenths=$((${3:-20} * 10))
  if alive "$1" "$2"; then
    pid=$(cat "$RUN/$1.pid")
    kill "$pid"
    while alive "$1" "$2" && ((tenths-- > 0)); do sleep 0.1; done
    if alive "$1" "$2"; then kill -KILL "$pid" 2>/dev/null || true; fi # it may have ended in this very moment
    say "stopped $1 (pid $pid)"
  fi
  rm -f "$RUN/$1.pid"
}

# one_at_a_time SCRIPT ARGUMENT…: runs the script again with a lock that its daemons do not inherit.
one_at_a_time() {
  [ -z "${MAYFLY_LOCKED:-}" ] || return 0
  local status=0
  prepare_state
  export MAYFLY_LOCKED=$LOCAL
  flock -o -n -E "$HOPELESS" "$RUN/make.lock" "$@" || status=$?
  if ((status == HOPELESS)); then
    say "another make is at work on $LOCAL: waiting for it"
    status=0
    flock -o "$RUN/make.lock" "$@" || status=$?
  fi
  exit "$status"
}
