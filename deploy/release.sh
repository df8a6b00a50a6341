#!/usr/bin/env bash
# make release VERSION=1.2.3: sets the version everywhere, moves the changelog's Unreleased section, commits and tags, and builds what a
# release consists of into target/release. Nothing is pushed or uploaded.
#   release.sh VERSION            all of it
#   release.sh prepare VERSION    versions, changelog, commit and tag
#   release.sh artifacts          files, checksums, provenance and, where there is a key, signatures, of the version that pom.xml has
# Signed where a key is given: COSIGN_KEY (a file or URI for cosign), GPG_KEY (an ID; it also signs the tag).
# shellcheck source=deploy/local/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/local/lib.sh"
# shellcheck source=deploy/local/test-tools.sh
source "$HERE/test-tools.sh"

OUT=$ROOT/target/release
REMEDY="make release VERSION=1.2.3"

git_() { git -C "$ROOT" "$@"; }

current_version() { sed -n 's|^  <version>\(.*\)</version>$|\1|p' "$ROOT/pom.xml"; }

check_version() {
  [[ $1 =~ ^(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)(-[0-9A-Za-z.-]+)?$ ]] || fail "'$1' is no semantic version" "$REMEDY"
  ! git_ rev-parse -q --verify "refs/tags/v$1" >/dev/null || fail "v$1 is released already" "$REMEDY"
  [ -z "$(git_ status --porcelain --untracked-files=no)" ] || fail "there are changes that are not committed" "git commit or git stash"
  unreleased | grep -q '^- ' || fail "CHANGELOG.md has nothing below Unreleased" "list what users notice"
}

# unreleased: the changelog's first section.
unreleased() { section Unreleased; }
section() { awk -v title="## [$1]" 'index($0, title) == 1 { on = 1; next } /^## \[/ || /^\[Unreleased\]: / { on = 0 } on' "$ROOT/CHANGELOG.md"; }

set_version() {
  local version=$1
  sed -i "0,\|^  <version>.*</version>$|s||  <version>$version</version>|" "$ROOT/pom.xml"
  sed -i "s/^\(version\|appVersion\): .*/\1: $version/" "$ROOT/helm/mayfly/Chart.yaml"
  sed -i "s/version = \"mayfly [^\"]*\"/version = \"mayfly $version\"/" "$ROOT/src/main/java/dev/mayfly/app/MayflyCommand.java"
  # the sentence is about what is below it, which is released now
  sed -i "/^Nothing has been released yet\./,/^$/d; s/^## \[Unreleased\]$/## [Unreleased]\n\n## [$version] - $(date -u +%Y-%m-%d)/" "$ROOT/CHANGELOG.md"
}

# Manifests that are generated from the chart carry its version.
generate() {
  [ ! -x "$ROOT/deploy/manifests/generate.sh" ] || "$ROOT/deploy/manifests/generate.sh"
}

prepare() {
  local version=$1
  check_version "$version"
  step "Version $version"
  helm_binary # for the manifests
  set_version "$version"
  generate
  git_ add -A -- pom.xml helm deploy src/main/java/dev/mayfly/app/MayflyCommand.java CHANGELOG.md
  git_ commit -q -m "Release $version"
  if [ -n "${GPG_KEY:-}" ]; then
    git_ tag -u "$GPG_KEY" -m "Mayfly $version" "v$version"
  else
    git_ tag -a -m "Mayfly $version" "v$version"
  fi
  say "committed and tagged as v$version"
}

build() {
  step "Artifacts"
  JAVA_HOME=$("$HERE/jdk.sh")
  export JAVA_HOME
  with_progress "building operator, command line and list of libraries with Maven" "$LOG/release.log" maven
  "$ROOT/deploy/image/build.sh"
  helm_binary
}

# The times in the archives are the commit's, so that the same commit gives the same files.
maven() {
  local times
  times=$(TZ=UTC git_ log -1 --date=format-local:%Y-%m-%dT%H:%M:%SZ --format=%cd)
  mvn -f "$ROOT/pom.xml" -B -q -DskipTests -Dquarkus.package.jar.type=uber-jar "-Dproject.build.outputTimestamp=$times" \
    clean package org.cyclonedx:cyclonedx-maven-plugin:makeBom
}

# released_chart DIRECTORY: the chart, whose image is the one that is released with it.
released_chart() {
  cp -R "$ROOT/helm/mayfly" "$1"
  sed -i "s/^  digest: \"\"$/  digest: $(cat "$ROOT/target/image/digest")/" "$1/mayfly/values.yaml"
}

collect() {
  local version=$1 chart=$ROOT/target/chart
  rm -rf "$OUT" "$chart"
  mkdir -p "$OUT" "$chart"
  released_chart "$chart"
  cp "$ROOT"/target/*-runner.jar "$OUT/mayfly-$version.jar" # operator and command line are one program
  cp "$ROOT/target/bom.json" "$OUT/mayfly-$version.sbom.json"
  cp "$ROOT/target/image/operator.tar" "$OUT/mayfly-operator-image-$version.tar" # its SBOMs are in it, below /usr/share/sbom
  cp "$ROOT/target/image/digest" "$OUT/mayfly-operator-image-$version.digest"
  helm package "$chart/mayfly" --destination "$OUT" >/dev/null
  mv "$OUT/mayfly-$version.tgz" "$OUT/mayfly-chart-$version.tgz"
  cat "$ROOT"/crds/*.yml >"$OUT/mayfly-crds-$version.yaml"
  mkdir -p "$ROOT/target/manifests"
  MAYFLY_CHART=$chart/mayfly "$ROOT/deploy/manifests/generate.sh" "$ROOT/target/manifests"
  (cd "$ROOT/target/manifests" && cat namespace.yaml <(echo ---) crds.yaml <(echo ---) operator.yaml) >"$OUT/mayfly-$version.yaml"
  MAYFLY_CHART=$chart/mayfly "$ROOT/deploy/olm/generate.sh" "$ROOT/target/olm"
  tar -C "$ROOT/target" --sort=name --owner=0 --group=0 --mtime="@$(git_ log -1 --format=%ct)" -czf "$OUT/mayfly-olm-$version.tar.gz" olm
  section "$version" >"$OUT/NOTES.md"
}

# The artifacts and their sources, as an in-toto statement with SLSA's provenance (https://slsa.dev/spec/v1.0/provenance).
provenance() {
  local version=$1
  (cd "$OUT" && sha256sum -- * | jq -R -s --arg version "$version" --arg commit "$(git_ rev-parse HEAD)" --arg java "$(java_version)" '{
    _type: "https://in-toto.io/Statement/v1",
    subject: [split("\n")[] | select(. != "") | {name: .[66:], digest: {sha256: .[:64]}}],
    predicateType: "https://slsa.dev/provenance/v1",
    predicate: {
      buildDefinition: {
        buildType: "https://mayfly.example.com/release/v1",
        externalParameters: {version: $version},
        resolvedDependencies: [{uri: "git+repository", digest: {gitCommit: $commit}}, {uri: "pkg:generic/jdk@\($java)"}]
      },
      runDetails: {builder: {id: "https://mayfly.example.com/release.sh"}, metadata: {invocationId: $commit}}
    }
  }') >"$LOCAL/provenance.json"
  mv "$LOCAL/provenance.json" "$OUT/provenance.intoto.json"
}

java_version() { sed -n 's/^JAVA_RUNTIME_VERSION="\(.*\)"/\1/p' "$JAVA_HOME/release"; }

sign() {
  (cd "$OUT" && sha256sum -- * >"$LOCAL/SHA256SUMS" && mv "$LOCAL/SHA256SUMS" SHA256SUMS)
  if [ -n "${COSIGN_KEY:-}" ]; then
    has cosign || fail "COSIGN_KEY is set and cosign is not installed" "go install github.com/sigstore/cosign/v2/cmd/cosign@latest"
    cosign sign-blob --yes --tlog-upload=false --key "$COSIGN_KEY" --output-signature "$OUT/SHA256SUMS.sig" "$OUT/SHA256SUMS"
  fi
  if [ -n "${GPG_KEY:-}" ]; then
    gpg --batch --yes --local-user "$GPG_KEY" --armor --output "$OUT/SHA256SUMS.asc" --detach-sign "$OUT/SHA256SUMS"
  fi
  [ -n "${COSIGN_KEY:-}${GPG_KEY:-}" ] || say "not signed: neither COSIGN_KEY nor GPG_KEY is set"
}

artifacts() {
  local version
  version=$(current_version)
  prepare_state
  has jq || apt_install jq
  build
  step "Licences and known vulnerabilities"
  "$ROOT/deploy/licenses.sh" "$ROOT/target/bom.json"
  "$ROOT/deploy/vulnerabilities.sh" "$ROOT/target/bom.json" || [ "${RELEASE_UNCHECKED:-}" = 1 ] ||
    fail "the libraries' vulnerabilities were not checked, or some are known" "RELEASE_UNCHECKED=1 releases all the same"
  step "Files"
  collect "$version"
  provenance "$version"
  sign
  (cd "$OUT" && ls -l) | awk 'NR > 1 { printf "    %10d %s\n", $5, $9 }'
  say "$OUT is the release; publish it with: git push --follow-tags"
}

case ${1:-} in
prepare) prepare "${2:?$REMEDY}" ;;
artifacts) artifacts ;;
'') fail "which version?" "$REMEDY" ;;
*)
  prepare "$1"
  artifacts
  ;;
esac
