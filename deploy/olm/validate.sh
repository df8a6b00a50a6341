#!/usr/bin/env bash
# Validates the bundle with the operator framework's own validators, those of OperatorHub included. They are built from their Go module;
# once only.
# shellcheck source=deploy/local/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/../local/lib.sh"

# renovate: github.com/operator-framework/api
OPERATOR_API_VERSION=v0.37.0

prepare_state
has operator-verify || {
  find_go "operator-verify"
  say "building operator-verify $OPERATOR_API_VERSION from its Go module; once only, about 3 min"
  with_progress "building operator-verify" "$LOG/operator-verify-build.log" \
    env CGO_ENABLED=0 GOBIN="$BIN" go install -trimpath -ldflags '-s -w' "github.com/operator-framework/api/cmd/operator-verify@$OPERATOR_API_VERSION"
}
operator-verify manifests --operatorhub_validate --object_validate "${1:-$ROOT/target/olm}"
