#!/usr/bin/env bats
# What apt installed for us is remembered, and named by `make down`.

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

@test "what was missing is named with the command that removes it, what was there is not" {
  apt_install there docker.io
  run kept_packages
  [[ $output == *"docker.io    # sudo apt-get remove docker.io" ]]
  [[ $output != *there* ]]
}

@test "what has been removed meanwhile is not named, nor is anything where nothing was installed" {
  run kept_packages
  [ -z "$output" ]
  apt_install docker.io
  echo there >"$INSTALLED"
  run kept_packages
  [ "$status" = 0 ]
  [ -z "$output" ]
}
