#!/usr/bin/env bash
# The sample images: what the engine has, else what can be pulled within a few seconds, else made from this system's packages.
# shellcheck source=deploy/local/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

DOCKER_HOST=$("$HERE/engine.sh" host)
export DOCKER_HOST
MADE_FROM="$(sed -n 's/^PRETTY_NAME="\(.*\)"/\1/p' /etc/os-release)'s packages"

present() { docker image inspect "$1" >/dev/null 2>&1; } # absent is an answer

# A registry that does not answer is asked once per run, not once per image.
pull() {
  [ -z "${UNREACHABLE:-}" ] || return 1
  if timeout "$PULL_SECONDS" docker pull -q "$1" >>"$LOG/images.log" 2>&1; then return; fi
  UNREACHABLE=yes
  return 1
}

# unpack PACKAGE DIR: the files of a Debian package, without installing it (works without root).
unpack() {
  has apt-get || fail "images can't be pulled, and without apt-get $1 can't be had to make them" \
    "let the engine reach a registry, or: docker load busybox:1.36 and centos:7 yourself"
  (cd "$2" && { apt-get download "$1" || { is_root && apt-get update && apt-get download "$1"; }; } >>"$LOG/images.log" 2>&1) ||
    fail "can't download the package $1" "sudo apt-get update    # then again"
  dpkg -x "$2/$1"_*.deb "$2/$1"
}

# busybox_root DIR WORK: a user land of busybox and one link for each of its applets.
busybox_root() {
  local root=$1 work=$2 applet
  mkdir -p "$root"/{bin,dev,etc,home,proc,root,sys,tmp,usr/bin,usr/sbin,var/tmp}
  chmod 1777 "$root/tmp" "$root/var/tmp"
  [ -d "$work/busybox-static" ] || unpack busybox-static "$work"
  cp "$work/busybox-static/bin/busybox" "$root/bin/busybox"
  "$root/bin/busybox" --list | while read -r applet; do
    [ "$applet" = busybox ] || ln -s busybox "$root/bin/$applet"
  done
  printf '%s\n' 'root:x:0:0:root:/root:/bin/sh' 'nobody:x:65534:65534:nobody:/home:/bin/false' >"$root/etc/passwd"
  printf '%s\n' 'root:x:0:' 'nobody:x:65534:' >"$root/etc/group"
}

# import_root DIR NAME COMMAND: owners as in a real image, whoever packs it.
import_root() {
  tar -C "$1" --owner=0 --group=0 --numeric-owner -c . |
    docker import -c 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' -c "CMD [\"$3\"]" - "$2" >>"$LOG/images.log"
  say "made $2 from $MADE_FROM"
}

make_busybox() {
  busybox_root "$1/busybox" "$1"
  import_root "$1/busybox" "$2" sh
}

# Says what it is in the very file that people look at.
make_centos() {
  local root=$1/centos
  busybox_root "$root" "$1"
  unpack bash-static "$1"
  cp "$1/bash-static/bin/bash-static" "$root/bin/bash"
  printf '%s\n' 'NAME="CentOS stand-in"' 'VERSION="7"' 'ID="centos"' 'ID_LIKE="rhel fedora"' 'VERSION_ID="7"' \
    "PRETTY_NAME=\"CentOS stand-in made from $MADE_FROM\"" >"$root/etc/os-release"
  import_root "$root" "$2" bash
}

obtain() {
  local image=$1 maker=$2
  if present "$image"; then
    say "$image is there"
  elif pull "$image"; then
    say "pulled $image"
  else
    "$maker" "$WORK" "$image"
  fi
}

prepare_state
step "Sample images"
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
obtain busybox:1.36 make_busybox
present busybox:latest || docker tag busybox:1.36 busybox:latest
obtain centos:7 make_centos
