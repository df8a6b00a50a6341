#!/usr/bin/env bats
# Packages that apt installed for us are remembered, and named by `make down`.

load helpers

setup() {
  own_state
  # shellcheck source=/dev/null
  source "$HERE/lib.sh"
  INSTALLED=$MAYFLY_LOCAL/installed
  echo there >"$INSTALLED"
}
teardown() { rm -rf "$MAYFLY_LOCAL"; }

# A machine of our own in place of this one.
is_root() { true; }
dpkg-query() { if grep -qx "${!#}" "$INSTALLED"; then echo installed; fi; }
apt-get() { echo "${!#}" >>"$INSTALLED"; }

@test "installed packages are printed with the command that removes them, earlier ones are not" {
  apt_install there docker.io
  run kept_packages
  [[ $output == *"docker.io    # sudo apt-get remove docker.io" ]]
  [[ $output != *there* ]]
}

@test "packages that were removed meanwhile are not printed, and nothing is if nothing was installed" {
  run kept_packages
  [ -z "$output" ]
  apt_install docker.io
  echo there >"$INSTALLED"
  run kept_packages
  [ "$status" = 0 ]
  [ -z "$output" ]
}
