#!/usr/bin/env bash
# Checks the prose of README and docs by the rules of .vale/styles. Vale is built from its Go module; once only.
# shellcheck source=deploy/local/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# renovate: github.com/vale-cli/vale/v3
VALE_VERSION=v3.21.0

tool() {
  has vale && return
  prepare_state
  find_go Vale
  has gcc || apt_install gcc libc6-dev # parts of it are in C
  say "building Vale $VALE_VERSION from its Go module; once only, about 2 min"
  with_progress "building Vale" "$LOG/vale-build.log" \
    env CGO_ENABLED=1 GOBIN="$BIN" go install -trimpath -ldflags '-s -w' "github.com/vale-cli/vale/v3/cmd/vale@$VALE_VERSION"
}

check() {
  cd "$ROOT"
  vale --no-global --output=line README.md CONTRIBUTING.md CHANGELOG.md SECURITY.md docs deploy/ec2 deploy/olm
}

tool
check
