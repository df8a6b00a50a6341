#!/usr/bin/env bash
# Images of real software for the tests, made from this system's packages: mayfly-test/NAME:1 for each directory of src/test/services.
# shellcheck source=deploy/local/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

SERVICES=$ROOT/src/test/services
AT_ONCE=3

DOCKER_HOST=$("$HERE/engine.sh" host)
export DOCKER_HOST

# archive CODENAME: where apt has the system's own packages from.
archive() {
  # shellcheck disable=SC2016  # the fields are apt's
  apt-get indextargets --format '$(REPO_URI) $(CODENAME) $(COMPONENT)' 'Created-By: Packages' |
    awk -v codename="$1" '$2 == codename && $3 == "main" { print $1; exit }'
}

# A small system with apt, and with apt's lists, so that no image has to fetch them again.
base() {
  local codename mirror components=main
  codename=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
  BASE=mayfly-test/base:$codename
  if docker image inspect "$BASE" >/dev/null 2>&1; then # absent is an answer
    say "$BASE is there"
    return
  fi
  has apt-get || fail "the services' images are made of Debian's packages, and this system has no apt-get" \
    "run the tests on Debian or Ubuntu"
  mirror=$(archive "$codename")
  [ -n "$mirror" ] || { apt-get update >>"$LOG/apt.log" 2>&1 && mirror=$(archive "$codename"); }
  [ -n "$mirror" ] || fail "apt has no archive for $codename" "see /etc/apt/sources.list"
  [ "$(sed -n 's/^ID=//p' /etc/os-release)" != ubuntu ] || components=main,universe
  with_progress "making $BASE from $mirror" "$LOG/service-images.log" import_base "$codename" "$mirror" "$components"
}

import_base() {
  # shellcheck disable=SC2016  # $1 is mmdebstrap's
  mmdebstrap --mode=root --variant=apt --components="$3" --skip=cleanup/apt/lists \
    --customize-hook='printf "#!/bin/sh\nexit 101\n" >"$1/usr/sbin/policy-rc.d" && chmod 755 "$1/usr/sbin/policy-rc.d"' \
    "$1" - "$2" |
    docker import -c 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive' - "$BASE"
}

# build NAME: what is built already comes from the engine's cache within a second.
build() {
  local log=$LOG/service-image-$1.log
  if ! docker build -q --network host --build-arg BASE="$BASE" -t "mayfly-test/$1:1" "$SERVICES/$1" >"$log" 2>&1; then
    tail -n 15 "$log" >&2
    fail "the image of $1 can't be made; all of the output: $log" "sudo apt-get update && docker rmi $BASE    # then again"
  fi
}

build_all() { for_each_service | xargs -P "$AT_ONCE" -I{} "$0" build {}; }
for_each_service() { find "$SERVICES" -mindepth 1 -maxdepth 1 -type d -printf '%f\n' | sort; }

prepare_state
if [ "${1:-}" = build ]; then
  build "$2"
  exit
fi
step "Images of real services"
apt_install mmdebstrap
base
export BASE
with_progress "making images of $(for_each_service | paste -sd' ')" "$LOG/service-images.log" build_all
