# shellcheck shell=bash
# Sourced by every script here: where state lives, how we speak, how we wait.
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
LOCAL=${MAYFLY_LOCAL:-$ROOT/.local}
# shellcheck disable=SC2034  # for the scripts that source this one
{
  HERE=$ROOT/deploy/local
  RUN=$LOCAL/run
  LOG=$LOCAL/log
  BIN=$LOCAL/bin
  KUBECONFIG_FILE=$LOCAL/kubeconfig
  KUBERNETES_VERSION=1.34.4
  KUBE=$BIN/kube
  KUBE_IMAGE=mayfly/kube:$KUBERNETES_VERSION
  K3S_IMAGE=rancher/k3s:v$KUBERNETES_VERSION-k3s1
  PULL_SECONDS=${MAYFLY_PULL_SECONDS:-10}
}

PATH=$LOCAL/bin:$PATH # kubectl and helm where the system has none
export PATH

step() { printf '\n==> %s\n' "$*"; }
say() { printf '    %s\n' "$*"; }

# fail WHAT [REMEDY…]: one line that says what is wrong, then what to do about it.
fail() {
  printf '\nmayfly: %s\n' "$1" >&2
  shift
  (($# == 0)) || printf '  %s\n' "$@" >&2
  exit 1
}

is_root() { [ "$(id -u)" = 0 ]; }
has() { command -v "$1" >/dev/null; }

prepare_state() {
  # mkdir's own complaint would not say what to do
  if ! mkdir -p "$RUN" "$LOG" "$BIN" 2>/dev/null || ! [ -w "$RUN" ]; then
    fail "$LOCAL belongs to another user (an earlier 'sudo make'?)" \
      "sudo chown -R \$USER $LOCAL    # or go on with sudo"
  fi
}

now_ms() { date +%s%3N; }
seconds_since() { awk -v a="$1" -v b="$(now_ms)" 'BEGIN { printf "%.1f", (b - a) / 1000 }'; }

# alive NAME PATTERN: the process of run/NAME.pid exists and is still the one we started (pids are used again).
alive() {
  local pid
  [ -s "$RUN/$1.pid" ] || return 1
  pid=$(cat "$RUN/$1.pid")
  # the process may end between the test and the look
  [ -r "/proc/$pid/cmdline" ] && tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline" | grep -q -- "$2"
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
    # it may have ended in this very moment
    if alive "$1" "$2"; then kill -KILL "$pid" 2>/dev/null || true; fi
    say "stopped $1 (pid $pid)"
  fi
  rm -f "$RUN/$1.pid"
}

# await SECONDS WHAT COMMAND…: asks again until it succeeds; shows the seconds when it lasts. HOPELESS ends it at once.
HOPELESS=75
await() {
  local limit=$1 what=$2 start shown=0 elapsed status
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
    sleep 0.1
  done
}

# with_progress WHAT LOGFILE COMMAND…: runs it with its output in LOGFILE; a line every 10 s; its last lines on failure.
with_progress() {
  local what=$1 log=$2 start pid next=10 elapsed
  shift 2
  start=$(now_ms)
  "$@" >"$log" 2>&1 </dev/null &
  pid=$!
  while kill -0 "$pid" 2>/dev/null; do # its end is what we wait for
    elapsed=$((($(now_ms) - start) / 1000))
    if ((elapsed >= next)); then
      say "$what: $elapsed s"
      next=$((elapsed + 10))
    fi
    sleep 0.2
  done
  if ! wait "$pid"; then
    tail -n 15 "$log" >&2
    fail "$what failed; all of it is in $log"
  fi
  say "$what: done in $(seconds_since "$start") s"
}

# port_taken PORT: something accepts connections on it.
port_taken() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; } # refused is the good answer

# remembered_port NAME DEFAULT: the port kept in run/NAME.port if still free, else the next free one, kept.
remembered_port() {
  local port=$2
  [ ! -s "$RUN/$1.port" ] || port=$(cat "$RUN/$1.port")
  while port_taken "$port"; do port=$((port + 1)); done
  echo "$port" >"$RUN/$1.port"
  echo "$port"
}

# http_status PORT PATH: of a GET on this host; nothing when nobody answers. (curl is not on every machine.)
http_status() {
  (
    exec 3<>"/dev/tcp/127.0.0.1/$1"
    printf 'GET %s HTTP/1.0\r\nHost: localhost\r\n\r\n' "$2" >&3
    timeout 5 head -n 1 <&3 | cut -d' ' -f2
  ) 2>/dev/null || true # a refused connection is an answer too
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

# apt_install PACKAGE…: as root only; refreshes the lists only when they do not know a package.
apt_install() {
  local missing=()
  for package in "$@"; do
    # dpkg-query complains about packages it has never heard of: those are missing
    [[ $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) == installed ]] || missing+=("$package")
  done
  ((${#missing[@]})) || return 0
  has apt-get || fail "these are needed and this system has no apt-get: ${missing[*]}" "install them with your package manager"
  is_root || fail "these packages are needed: ${missing[*]}" "sudo apt-get install -y ${missing[*]}"
  with_progress "installing ${missing[*]}" "$LOG/apt.log" apt_now "${missing[@]}"
}

apt_now() {
  local options=(-y --no-install-recommends -o DPkg::Lock::Timeout=120)
  export DEBIAN_FRONTEND=noninteractive
  apt-get install "${options[@]}" "$@" || { apt-get update && apt-get install "${options[@]}" "$@"; }
}
