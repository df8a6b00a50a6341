# shellcheck shell=bash
# Installs missing tools, or names them together with the command that installs them.

# apt_install PACKAGE…: as root only; refreshes the lists only when they do not know a package.
apt_install() {
  local package missing=()
  for package in "$@"; do
    installed "$package" || missing+=("$package")
  done
  ((${#missing[@]})) || return 0
  has apt-get || fail "these are needed and this system has no apt-get: ${missing[*]}" "install them with your package manager"
  is_root || fail "these packages are needed: ${missing[*]}" "sudo apt-get install -y ${missing[*]}"
  with_progress "installing ${missing[*]}" "$LOG/apt.log" apt_now "${missing[@]}"
  printf '%s\n' "${missing[@]}" >>"$LOCAL/packages"
}

# dpkg-query complains about packages it has never heard of: those are not installed
installed() { [[ $(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null) == installed ]]; }

# kept_packages: those that apt_install brought and that are still there, with the command that removes them.
kept_packages() {
  local package kept=()
  [ -s "$LOCAL/packages" ] || return 0
  while read -r package; do
    ! installed "$package" || kept+=("$package")
  done < <(sort -u "$LOCAL/packages")
  ((${#kept[@]} == 0)) || say "packages that were installed: ${kept[*]}    # sudo apt-get remove ${kept[*]}"
}

apt_now() {
  local options=(-y --no-install-recommends -o DPkg::Lock::Timeout=120)
  export DEBIAN_FRONTEND=noninteractive
  apt-get install "${options[@]}" "$@" || { apt-get update && apt-get install "${options[@]}" "$@"; }
}

# find_go WHAT_FOR: puts Go on PATH.
find_go() {
  local dir
  has go && return
  # sudo keeps only the system's PATH; Go is usually not on it
  for dir in /usr/local/go/bin /usr/lib/go/bin /usr/lib/go-1.*/bin "$HOME/go/bin" "$HOME/sdk"/*/bin; do
    if [ -x "$dir/go" ]; then
      PATH=$dir:$PATH
      return
    fi
  done
  fail "Go is needed to build $1 (no image or binary of it can be downloaded here)" \
    "install Go 1.24 or later (https://go.dev/dl), then again"
}
