#!/usr/bin/env bash
# soak-pages.sh [PAGE…]: README and tutorials followed to the letter by somebody who is new here: in an empty clone of this commit, on what
# the README's command brings up. The shell blocks of each page run in their order; where it shows an output, that must be printed. Of
# docs/simulate.md only the simulation runs of which it shows the figures.
# shellcheck source=deploy/local/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

PAGES=("$@")
((${#PAGES[@]} > 0)) || PAGES=(README.md docs/tutorial.md docs/from-docker.md docs/simulate.md)
BLOCK_SECONDS=600

# clone DIRECTORY: empty but for Kubernetes, which takes minutes to build; newer than its sources, which are as old as the clone.
clone() {
  git clone -q "$ROOT" "$1"
  mkdir -p "$1/.local/bin"
  [ ! -f "$KUBE" ] || cp "$KUBE" "$1/.local/bin/"
}

# brings_up README: the commands below its heading "Try it", as one that fails with the first of them that fails.
brings_up() {
  awk '/^## Try it$/ { on = 1 } on && /^```sh$/ { block = 1; next } block && /^```$/ { exit } block { printf "%s%s", sep, $0; sep = " && " }' "$1"
}

# volumes [LABEL]: those of namespace default, which the tutorial lists.
volumes() { docker volume ls -q --filter label=mayfly.dev/namespace=default ${1:+--filter "label=$1"}; }

# lessons: what docs/from-docker.md starts with Docker.
lessons() { docker ps -aq --filter name='^/?lesson(-(os|trap|holds))?$' | sort; }

# extract PAGE DIRECTORY: into DIRECTORY/script the page's blocks that tests run (PagesIT, CodeBlock), which print to DIRECTORY/printed.N
# where the page shows an output, DIRECTORY/shown.N; the files that the page shows to where the reader is.
extract() {
  awk -v out="$2" '
    function flush() {
      if (pending != "") printf "%s\n%s", (shown ? "exec >" out "/printed." shown : "exec >&3"), pending >>(out "/script")
      pending = ""; shown = 0
    }
    /^<!-- .* -->$/ && !inside { comments = comments $0; next }
    /^```/ && !inside {
      inside = 1; into = ""; kept = 0
      if (comments ~ /<!-- output -->/) { shown = NR; into = out "/shown." NR; flush() }
      else {
        flush()
        if (match(comments, /<!-- file: [^ ]+ -->/)) { split(substr(comments, RSTART), word, " "); into = word[3] }
        kept = $0 == "```sh" && comments !~ /<!-- not run: /
      }
      next
    }
    /^```/ { inside = 0; comments = ""; next }
    inside && kept { pending = pending $0 "\n" }
    inside && into != "" { print >into }
    !inside { comments = "" }
    END { flush() }' "$1"
}

spaced() { sed -E 's/^[[:space:]]+|[[:space:]]+$//g; s/[[:space:]]+/ /g'; }

# as_shown PRINTED SHOWN: … stands for any text in a line, spaces for any number of them.
as_shown() {
  local printed shown line
  mapfile -t printed < <(spaced <"$1")
  mapfile -t shown < <(spaced <"$2" | sed 's/[][*?\\]/\\&/g; s/…/*/g')
  ((${#printed[@]} == ${#shown[@]})) || return 1
  for line in "${!shown[@]}"; do
    # shellcheck disable=SC2053  # a pattern
    [[ ${printed[line]} == ${shown[line]} ]] || return 1
  done
}

# follow PAGE DIRECTORY: from where the reader is.
follow() {
  local page=$1 out=$2 shown wrong=0 count=0
  mkdir -p "$out"
  printf 'set -euo pipefail\nset -x\nexec 3>&1\n' >"$out/script"
  extract "$page" "$out"
  timeout "$BLOCK_SECONDS" bash "$out/script" >"$out/log" 2>&1 </dev/null || {
    tail -n 20 "$out/log" >&2
    fail "a command of $page fails; all of its output is above" "follow it by hand, from the command after the last +"
  }
  for shown in "$out"/shown.*; do
    [ -f "$shown" ] || continue
    count=$((count + 1))
    as_shown "${shown/shown./printed.}" "$shown" || {
      wrong=1
      diff "$shown" "${shown/shown./printed.}" >&2 || true # they differ, which is what it is to show
    }
  done
  ((!wrong)) || fail "$page shows another output than its commands print" "change the page, or what it is about"
  say "$page: every command succeeds, and prints what the page shows ($count outputs)"
}

# simulated PAGE: each line that it shows of its first simulation is printed by that, which is the same each time.
simulated() {
  local page=$1 printed line count=0
  printed=$(eval "$(grep -m 1 '^make simulate ' "$page")" | spaced)
  while read -r line; do
    grep -qxF -- "$line" <<<"$printed" || fail "$page shows a line that its simulation does not print: $line" "$printed"
    count=$((count + 1))
  done < <(awk '/^<!-- part of the output / { on = 1; next } on && /^```$/ { if (on++ > 1) exit; next } on' "$page" | spaced)
  ((count > 0)) || fail "$page shows nothing of what its simulation prints" "mark the block: <!-- part of the output …"
  say "$page: its simulation prints the $count lines that the page shows"
}

# The data of the tutorial's volumes is kept, and a lesson that was cut off leaves its containers.
leave() {
  local cluster
  comm -13 "$CLONE.lessons" <(lessons) | xargs -r docker rm -f >>"$LOG/soak-pages.log" || say "containers of the lesson are left: docker ps -a"
  cluster=$(cat "$CLONE/.local/clusters" 2>/dev/null || true) # it may not have come so far
  [ ! -f "$CLONE/Makefile" ] || make -C "$CLONE" down >>"$LOG/soak-pages.log" 2>&1 || say "make down in the clone: see $LOG/soak-pages.log"
  [ -z "$cluster" ] || volumes "mayfly.dev/cluster=$cluster" | xargs -r docker volume rm >>"$LOG/soak-pages.log" || say "volumes of cluster $cluster are left"
  rm -rf "$CLONE" "$CLONE.lessons"
}

"$HERE/service-images.sh" # of the tutorial
step "README and tutorials, followed in an empty clone"
prepare_state
DOCKER_HOST=$("$HERE/engine.sh" host)
export DOCKER_HOST
[ -z "$(volumes)" ] || fail "the engine has volumes of other workloads, which the tutorial's command would list" "docker volume rm $(volumes | paste -sd ' ')"
CLONE=$(mktemp -d "$LOCAL/reader.XXXXXX")
lessons >"$CLONE.lessons"
trap leave EXIT
clone "$CLONE"
cd "$CLONE"
unset MAYFLY_LOCAL MAYFLY_IS_UP MAYFLY_IS_COMPILED KUBECONFIG # the reader has no such thing
PATH=${PATH#"$BIN:"}
commands=$(brings_up README.md)
[[ $commands == make\ * ]] || fail "README.md does not say below \"Try it\" how to begin" "its first block there is run"
began=$(now_ms)
eval "$commands" >"$LOG/soak-pages.log" 2>&1 || fail "the README's first commands fail; their output is $LOG/soak-pages.log" "$commands"
say "${commands%% &&*}: after $(seconds_since "$began") s"
for page in "${PAGES[@]}"; do
  case $page in
  docs/simulate.md) simulated "$page" ;;
  *) follow "$page" "$CLONE/.local/read/${page##*/}" ;;
  esac
done
