#!/usr/bin/env bash
# Checks of what is published that take minutes: the bundle by the operator framework's validators, the pages as a site, a release of this
# commit signed with cosign, its image made a second time from its sources.
# shellcheck source=deploy/local/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=deploy/local/test-tools.sh
source "$HERE/test-tools.sh"

# renovate: github.com/sigstore/cosign/v2
COSIGN_VERSION=v2.6.5

# clone DIRECTORY: of this commit, empty but for the packages that were downloaded.
clone() {
  git clone -q "$ROOT" "$1"
  mkdir -p "$1/.local/image"
  cp -R "$LOCAL/image/debs" "$1/.local/image/"
}

# released DIRECTORY: in a clone there, with a key of its own.
released() {
  step "Release of this commit, signed"
  clone "$1"
  (
    export MAYFLY_LOCAL=$1/.local COSIGN_KEY=$1/cosign.key COSIGN_PASSWORD='' RELEASE_UNCHECKED=1
    cd "$1"
    cosign generate-key-pair 2>>"$LOG/soak-cosign.log"
    deploy/release.sh artifacts
    cd target/release
    sha256sum --quiet -c SHA256SUMS
    # a public key of a log spares the question for sigstore's own, and no log is looked at
    SIGSTORE_REKOR_PUBLIC_KEY=$1/cosign.pub cosign verify-blob --insecure-ignore-tlog --key "$1/cosign.pub" --signature SHA256SUMS.sig SHA256SUMS
    openssl dgst -sha256 -verify "$1/cosign.pub" -signature <(base64 -d SHA256SUMS.sig) SHA256SUMS
  )
}

# same_image DIRECTORY RELEASE: its own Maven and jlink make the image that was released.
same_image() {
  step "Its image, made again"
  clone "$1"
  MAYFLY_LOCAL=$1/.local "$1/deploy/image/build.sh"
  cmp "$1/target/image/operator.tar" "$2"/target/release/mayfly-operator-image-*.tar
}

step "Bundle for the Operator Lifecycle Manager"
"$ROOT/deploy/olm/generate.sh"
"$ROOT/deploy/olm/validate.sh"
"$ROOT/deploy/site/build.sh"

has openssl || apt_install openssl
export PATH=$LOCAL/cosign:$PATH # not beside the other tools: release.bats has a stand-in for it
BIN=$LOCAL/cosign go_binary cosign "github.com/sigstore/cosign/v2/cmd/cosign@$COSIGN_VERSION"
"$ROOT/deploy/image/build.sh" # downloads the packages
CLONES=$(mktemp -d "$LOCAL/release.XXXXXX")
trap 'rm -rf "$CLONES"' EXIT
released "$CLONES/one"
same_image "$CLONES/another" "$CLONES/one"
