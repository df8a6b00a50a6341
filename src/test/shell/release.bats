#!/usr/bin/env bats
# A release in a clone of this repository. Maven and the build of the image are stand-ins: they leave the files that those would.
# image.bats builds the image; soak-release.sh signs with cosign.
# Takes about 10 s.

load helpers

setup() {
  own_state
  CLONE=$MAYFLY_LOCAL/clone
  mkdir -p "$CLONE" "$MAYFLY_LOCAL/stand-in"
  git -C "$ROOT" ls-files -z | grep -zv '^src/test/' | tar -C "$ROOT" --null -T - -cf - | tar -C "$CLONE" -xf -
  DIGEST=sha256:$(printf image | sha256sum | cut -d ' ' -f 1)
  cat >"$CLONE/deploy/image/build.sh" <<SH
#!/bin/sh
mkdir -p "$CLONE/target/image"
printf image >"$CLONE/target/image/operator.tar"
echo "$DIGEST" >"$CLONE/target/image/digest"
SH
  git -C "$CLONE" init -q
  git -C "$CLONE" config user.name Releaser
  git -C "$CLONE" config user.email releaser@example.com
  git -C "$CLONE" add -A
  git -C "$CLONE" commit -qm "As it is"
  cat >"$MAYFLY_LOCAL/stand-in/mvn" <<SH
#!/bin/sh
mkdir -p "$CLONE/target"
echo jar >"$CLONE/target/mayfly-9.9.9-runner.jar"
echo '{"components": [{"name": "one", "purl": "pkg:maven/a/one@1?type=jar", "licenses": [{"license": {"id": "MIT"}}]}]}' >"$CLONE/target/bom.json"
SH
  chmod +x "$MAYFLY_LOCAL/stand-in/mvn"
  export PATH=$MAYFLY_LOCAL/stand-in:$PATH OSV_URL=http://127.0.0.1:1 RELEASE_UNCHECKED=1
  unset COSIGN_KEY GPG_KEY
}

teardown() { rm -rf "$MAYFLY_LOCAL"; }

release() { "$CLONE/deploy/release.sh" "$@"; }

@test "one command sets the version, moves the changelog, tags, and makes files with checksums and provenance" {
  export GNUPGHOME=$MAYFLY_LOCAL/gnupg GPG_KEY=releaser@example.com
  mkdir -m 700 "$GNUPGHOME"
  quietly gpg --batch --passphrase '' --quick-generate-key "$GPG_KEY" ed25519 sign never
  # shellcheck disable=SC2016  # the stand-in's own
  printf '#!/bin/sh\nprintf "%%s " "$@" >"$MAYFLY_LOCAL/cosign"\ntouch "$CLONE/target/release/SHA256SUMS.sig"\n' >"$MAYFLY_LOCAL/stand-in/cosign"
  chmod +x "$MAYFLY_LOCAL/stand-in/cosign"
  export CLONE COSIGN_KEY=cosign.key
  quietly release 9.9.9
  cd "$CLONE"
  [[ $(<"$MAYFLY_LOCAL/cosign") == *"--key cosign.key --output-signature $CLONE/target/release/SHA256SUMS.sig $CLONE/target/release/SHA256SUMS "* ]]
  [ "$(git log -1 --format=%s v9.9.9)" = "Release 9.9.9" ]
  git verify-tag v9.9.9
  [ -z "$(git status --porcelain --untracked-files=no)" ]
  grep -q '^  <version>9.9.9</version>$' pom.xml
  [ "$(grep -c ': 9.9.9$' helm/mayfly/Chart.yaml)" = 2 ]
  grep -q '"mayfly 9.9.9"' src/main/java/dev/mayfly/app/MayflyCommand.java
  grep -q "^## \[9.9.9\] - $(date -u +%Y)" CHANGELOG.md
  [[ $(<CHANGELOG.md) != *"Nothing has been released yet"* ]]
  cd target/release
  sha256sum --check --quiet SHA256SUMS
  gpg --verify SHA256SUMS.asc
  grep -q '^### Added' NOTES.md
  [[ $(tar -xzOf mayfly-chart-9.9.9.tgz mayfly/Chart.yaml) == *"version: 9.9.9"* ]]
  grep -q ' mayfly-operator-image-9.9.9.tar$' SHA256SUMS
  [ "$(<mayfly-operator-image-9.9.9.digest)" = "$DIGEST" ]
  [[ $(<mayfly-9.9.9.yaml) == *"kind: Namespace"*CustomResourceDefinition*"kind: Deployment"* ]]
  [[ $(<mayfly-9.9.9.yaml) != *"helm.sh/hook"* ]] # Helm's alone: they uninstall
  [ "$(grep -c "image: \"mayfly/operator@$DIGEST\"" mayfly-9.9.9.yaml)" = "$(grep -c '^ *image: "' mayfly-9.9.9.yaml)" ]
  [[ $(tar -xzOf mayfly-chart-9.9.9.tgz mayfly/values.yaml) == *"digest: $DIGEST"* ]]
  [[ $(tar -xzOf mayfly-olm-9.9.9.tar.gz olm/manifests/mayfly.clusterserviceversion.yaml) == *"containerImage: mayfly/operator@$DIGEST"* ]]
  [ "$(jq -r '.subject[] | select(.name == "mayfly-9.9.9.jar").digest.sha256' provenance.intoto.json)" = "$(sha256sum <mayfly-9.9.9.jar | cut -d ' ' -f 1)" ]
  [ "$(jq -r '.predicate.buildDefinition.resolvedDependencies[0].digest.gitCommit' provenance.intoto.json)" = "$(git rev-parse HEAD)" ]
}

@test "a version that is none, or was released, and an empty changelog are refused" {
  run release prepare 1.2
  [[ $status = 1 && $output == *"no semantic version"* ]]
  quietly release prepare 9.9.9
  run release prepare 9.9.9
  [[ $status = 1 && $output == *"is released already"* ]]
  run release prepare 9.9.10
  [[ $status = 1 && $output == *"nothing below Unreleased"* ]]
  echo >>"$CLONE/README.md"
  run release prepare 9.9.10
  [[ $status = 1 && $output == *"not committed"* ]]
}

@test "a library without an allowed licence is named" {
  echo '{"components": [{"name": "x", "purl": "pkg:maven/a/x@1", "licenses": [{"license": {"id": "AGPL-3.0-only"}}]},
    {"name": "y", "purl": "pkg:maven/a/y@1"}, {"name": "z", "purl": "pkg:maven/a/z@1", "licenses": [{"license": {"id": "AGPL-3.0-only"}}, {"license": {"id": "MIT"}}]}]}' >"$MAYFLY_LOCAL/bom"
  run "$ROOT/deploy/licenses.sh" "$MAYFLY_LOCAL/bom"
  [ "$status" = 1 ]
  [[ $output == *"pkg:maven/a/x@1: AGPL-3.0-only"*"pkg:maven/a/y@1: none"* && $output != *a/z* ]]
}

# answer JSON: what the service says to the next question.
answer() {
  # shellcheck disable=SC2016  # perl's own
  perl -MIO::Socket::INET -e 'my ($port, $json) = @ARGV;
    my $server = IO::Socket::INET->new(LocalAddr => "127.0.0.1", Listen => 1) or exit 1;
    open(my $file, ">", $port); print $file $server->sockport; close($file);
    my $client = $server->accept; sysread($client, my $question, 65536);
    print $client "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n$json"' "$MAYFLY_LOCAL/port" "$1" </dev/null >/dev/null 2>&1 3>&- &
  eventually test -s "$MAYFLY_LOCAL/port"
  OSV_URL=http://127.0.0.1:$(<"$MAYFLY_LOCAL/port")
}

@test "a known vulnerability is named, and a service that is away is not taken for an answer" {
  echo '{"components": [{"name": "x", "purl": "pkg:maven/a/x@1?type=jar"}, {"name": "y", "purl": "pkg:maven/a/y@2"}]}' >"$MAYFLY_LOCAL/bom"
  run "$ROOT/deploy/vulnerabilities.sh" "$MAYFLY_LOCAL/bom"
  [[ $status = 2 && $output == *"not checked"* ]]
  answer '{"results": [{}, {"vulns": [{"id": "GHSA-1"}]}]}'
  run "$ROOT/deploy/vulnerabilities.sh" "$MAYFLY_LOCAL/bom"
  [ "$status" = 1 ]
  [[ $output == *"pkg:maven/a/y@2: https://osv.dev/GHSA-1"* ]]
}

@test "what the page says for the daily check is what the workflow runs" {
  local steps
  steps=$(yq -r '.jobs.osv.steps[].run // empty' "$ROOT/.github/workflows/vulnerabilities.yml")
  [ "$(wc -l <<<"$steps")" = 2 ]
  [ "$(sed -n '/^mvn -B org.cyclonedx/,/^```$/p' "$ROOT/docs/contributing/releasing.md" | grep -v '^```')" = "$steps" ]
  [ -x "$ROOT/deploy/vulnerabilities.sh" ]
}
