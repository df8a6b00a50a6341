# shellcheck shell=bash
# The part of the bill of materials that Maven does not know: Debian's packages and the Java runtime.

# system_sbom: CycloneDX, JSON.
system_sbom() {
  local name file version components=()
  for name in "${PACKAGES[@]}"; do
    file=$(compgen -G "$DEBS/${name}_*.deb")
    version=$(dpkg-deb -f "$file" Version)
    components+=("{\"type\":\"library\",\"name\":\"$name\",\"version\":\"$version\",\"purl\":\"pkg:deb/debian/$name@${version//+/%2B}?arch=$ARCHITECTURE\",\"hashes\":[{\"alg\":\"SHA-256\",\"content\":\"$(sha256sum <"$file" | cut -d ' ' -f 1)\"}]}")
  done
  version=$(runtime_version)
  components+=("{\"type\":\"platform\",\"name\":\"${version%%-*}\",\"version\":\"${version#*-}\"}")
  printf '{"bomFormat":"CycloneDX","specVersion":"1.6","version":1,"metadata":{"timestamp":"%s","component":{"type":"container","name":"%s","version":"%s"}},"components":[%s]}\n' \
    "$(date -u -d "@$SOURCE_DATE_EPOCH" +%Y-%m-%dT%H:%M:%SZ)" "${IMAGE%:*}" "${IMAGE##*:}" "$(joined "${components[@]}")"
}
