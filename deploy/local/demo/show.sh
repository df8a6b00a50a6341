# shellcheck shell=bash
# How the demo speaks: a heading, the command as a person would type it, its output, the seconds.

STEP=0
ROWS=()
FOR_ROOT=()

heading() {
  STEP=$((STEP + 1))
  printf '\n──── %s. %s\n' "$STEP" "$*"
}

explain() { printf '\n' && printf '  %s\n' "$@"; }

# show COMMANDLINE: prints it, runs it, indents what it prints.
show() {
  printf '\n    $ %s\n' "$1"
  eval "$1" 2>&1 | sed 's/^/      /'
}

# show_refused COMMANDLINE: its failure is the lesson; its success would be a bug.
show_refused() {
  printf '\n    $ %s\n' "$1"
  if (eval "$1") 2>&1 | sed 's/^/      /'; then fail "that should have been refused: $1"; fi
}

# record WHAT SECONDS: a row of the summary.
record() { ROWS+=("$1|$2"); }

# took WHAT STARTED: prints the seconds since then, and keeps them for the summary.
took() {
  local seconds
  seconds=$(seconds_since "$2")
  printf '\n      → %s: %s s\n' "$1" "$seconds"
  record "$1" "$seconds"
}

# for_root WHAT: a step that only root can show.
for_root() {
  FOR_ROOT+=("$1")
  explain "This step wants root, and is left out: $1. See it with: sudo make demo"
}

# row WHAT FIGURE: padded by characters whatever the locale; all bytes but the first of each (an arrow has three) are left uncounted.
row() {
  local LC_ALL=C counted
  counted=${1//[$'\x80'-$'\xbf']/}
  printf '    %s%*s%s\n' "$1" $((56 - ${#counted})) '' "$2"
}

summary() {
  local row
  printf '\n──── Summary: what this run took on this machine (%s CPUs)\n\n' "$(nproc)"
  for row in "${ROWS[@]}"; do row "${row%|*}" "$(printf '%7s s' "${row##*|}")"; done
  for row in "${FOR_ROOT[@]}"; do row "$row" "sudo make demo"; done
  printf '\n──── Try next\n\n'
  printf '    %s\n' "export KUBECONFIG=$KUBECONFIG_FILE PATH=\$PATH:$BIN" \
    "kubectl scale ew/web --replicas=20 && kubectl get ew -w" \
    "docker ps $(only web)" \
    "docker rm -f \$(docker ps -q $(only web))    # and look again" \
    "kubectl explain ew.spec.template"
  printf '\n    One workload (web, 3 replicas) is left running. make down takes away what was started.\n'
}
