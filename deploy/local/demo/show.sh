# shellcheck shell=bash
# How the demo speaks: a heading, commands as a person would type them, the output that matters, the seconds at the end.

STEP=0
ROWS=()

heading() {
  STEP=$((STEP + 1))
  printf '\n%s. %s\n\n' "$STEP" "$*"
}

# silently COMMANDLINE: prints it, and runs it. Its output goes into the log.
silently() {
  printf '    $ %s\n' "$1"
  eval "$1" >>"$LOG/demo.log" 2>&1 || fail "this failed: $1" "its output: $LOG/demo.log"
}

# show COMMANDLINE: prints it, and runs it with its output below.
show() {
  printf '    $ %s\n' "$1"
  eval "$1" 2>&1 | below
}

# below: indents lines, breaks long ones, and ends the last one.
below() { fold -s -w 100 | sed -e 's/^/      /' -e 's/ *$//' -e "\$a\\"; }

# show_refused COMMANDLINE: its failure is the lesson; its success would be a bug.
show_refused() {
  printf '    $ %s\n' "$1"
  if (eval "$1") 2>&1 | below; then fail "that should have been refused: $1"; fi
}

# record WHAT STARTED: keeps the seconds since then for the summary.
record() { ROWS+=("$1|$(seconds_since "$2")"); }

# row WHAT FIGURE: padded by characters whatever the locale; all bytes but the first of each (an arrow has three) are left uncounted.
row() {
  local LC_ALL=C counted
  counted=${1//[$'\x80'-$'\xbf']/}
  printf '    %s%*s%s\n' "$1" $((24 - ${#counted})) '' "$2"
}

summary() {
  local row
  printf '\nSeconds\n\n'
  for row in "${ROWS[@]}"; do row "${row%|*}" "$(printf '%6s' "${row##*|}")"; done
  # shellcheck disable=SC2016  # the user's shell expands it
  printf '\nNext:\n\n    export KUBECONFIG=%s PATH=$PATH:%s\n' "$KUBECONFIG_FILE" "$BIN"
}
