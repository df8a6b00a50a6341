# shellcheck shell=bash
# Writes images: an archive that is an OCI layout, and that `docker load` and `ctr images import` understand as well.

# pack DIRECTORY FILE: a layer, the same for the same content: sorted, without times, owners or attributes of this machine.
pack() {
  tar -C "$1" --sort=name "--mtime=@$SOURCE_DATE_EPOCH" --owner=0 --group=0 --numeric-owner --format=gnu -cf "$2" .
  gzip -n -6 -c "$2" >"$2.gz"
}

# blob FILE DIRECTORY: puts it there under its checksum, which it prints.
blob() {
  local sum
  sum=$(sha256sum <"$1" | cut -d ' ' -f 1)
  mkdir -p "$2/blobs/sha256"
  cp "$1" "$2/blobs/sha256/$sum"
  echo "$sum"
}

# joined TEXT…: with commas.
joined() {
  local IFS=,
  echo "$*"
}

# write_archive IMAGE LAYER…: of layers as pack makes them; prints the digest.
write_archive() {
  local image=$1 dir=$OUT/layout layer sum config manifest ids=() descriptors=() paths=()
  shift
  rm -rf "$dir"
  mkdir "$dir"
  for layer in "$@"; do
    sum=$(blob "$layer.gz" "$dir")
    ids+=("\"sha256:$(sha256sum <"$layer" | cut -d ' ' -f 1)\"")
    paths+=("\"blobs/sha256/$sum\"")
    descriptors+=("{\"mediaType\":\"application/vnd.oci.image.layer.v1.tar+gzip\",\"digest\":\"sha256:$sum\",\"size\":$(stat -c %s "$layer.gz")}")
  done
  image_config "$(joined "${ids[@]}")" >"$OUT/config.json"
  config=$(blob "$OUT/config.json" "$dir")
  printf '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"%s","digest":"sha256:%s","size":%s},"layers":[%s]}' \
    application/vnd.oci.image.config.v1+json "$config" "$(stat -c %s "$OUT/config.json")" "$(joined "${descriptors[@]}")" >"$OUT/manifest.json"
  manifest=$(blob "$OUT/manifest.json" "$dir")
  printf '{"imageLayoutVersion":"1.0.0"}' >"$dir/oci-layout"
  printf '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[{"mediaType":"%s","digest":"sha256:%s","size":%s,"annotations":{"io.containerd.image.name":"docker.io/%s","org.opencontainers.image.ref.name":"%s"}}]}' \
    application/vnd.oci.image.manifest.v1+json "$manifest" "$(stat -c %s "$OUT/manifest.json")" "$image" "${image##*:}" >"$dir/index.json"
  printf '[{"Config":"blobs/sha256/%s","RepoTags":["%s"],"Layers":[%s]}]' "$config" "$image" "$(joined "${paths[@]}")" >"$dir/manifest.json"
  tar -C "$dir" --sort=name "--mtime=@$SOURCE_DATE_EPOCH" --owner=0 --group=0 --numeric-owner -cf "$OUT/operator.tar" .
  rm -rf "$dir"
  echo "sha256:$manifest"
}

# revision: an archive of the sources has no commits.
revision() { git -C "$ROOT" rev-parse HEAD 2>/dev/null || echo unknown; }

# image_config DIFF_IDS: how the operator is started. Its JVM's options are the chart's.
image_config() {
  local created version
  created=$(date -u -d "@$SOURCE_DATE_EPOCH" +%Y-%m-%dT%H:%M:%SZ)
  version=${image##*:}
  cat <<JSON
{"created":"$created","architecture":"$ARCHITECTURE","os":"linux",
"config":{"Entrypoint":["/opt/java/bin/java","--enable-native-access=ALL-UNNAMED","-jar","/opt/mayfly/quarkus-run.jar"],"Cmd":["--help"],"WorkingDir":"/",
"Env":["PATH=/opt/java/bin:/usr/sbin:/usr/bin:/sbin:/bin","JAVA_HOME=/opt/java","LANG=C.UTF-8"],
"Labels":{"org.opencontainers.image.title":"Mayfly","org.opencontainers.image.version":"$version",
"org.opencontainers.image.revision":"$(revision)","org.opencontainers.image.created":"$created",
"org.opencontainers.image.licenses":"Apache-2.0","dev.mayfly.sbom":"/usr/share/sbom"}},
"rootfs":{"type":"layers","diff_ids":[$1]}}
JSON
}
