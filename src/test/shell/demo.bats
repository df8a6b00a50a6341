#!/usr/bin/env bats
# What the demo prints can be read.

load helpers

setup() {
  own_state
  # shellcheck source=/dev/null
  source "$HERE/lib.sh"
  # shellcheck source=/dev/null
  source "$HERE/demo/show.sh"
}
teardown() { rm -rf "$MAYFLY_LOCAL"; }

# column LOCALE WHAT: where the figure stands, in characters.
column() {
  local line
  line=$(LC_ALL=$1 row "$2" FIGURE)
  line=${line%FIGURE} line=${line//→/x}
  echo ${#line}
}

@test "figures stand below one another, with arrows and without, in any locale" {
  for locale in C C.UTF-8; do
    [ "$(column "$locale" "scale 3 → 20")" = "$(column "$locale" "scale 3 - 20")" ]
  done
}
