#!/usr/bin/env bash
# make image: the operator's image, from what this machine has: a runtime of its JDK, Debian's packages, the operator as Maven packs it.
# The same commit gives the same digest, if JDK and packages are those of packages.lock.
#   build.sh [load]: target/image/{operator.tar,digest,sbom.cdx.json,system.cdx.json}, or in the directory MAYFLY_IMAGE_OUT; load brings
#   it into the engine
#   build.sh lock: writes packages.lock anew
# shellcheck source=deploy/local/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/../local/lib.sh"
# shellcheck source=deploy/image/archive.sh
source "$ROOT/deploy/image/archive.sh"
# shellcheck source=deploy/image/sbom.sh
source "$ROOT/deploy/image/sbom.sh"

LOCK=$ROOT/deploy/image/packages.lock
OUT=${MAYFLY_IMAGE_OUT:-$ROOT/target/image}
DEBS=$LOCAL/image/debs
APP=$ROOT/target/quarkus-app
ARCHITECTURE=$(dpkg --print-architecture 2>/dev/null) || fail "the image is made of Debian's packages, and this system has no dpkg" "build it on Debian or Ubuntu"
case $ARCHITECTURE in
  amd64) NATIVE=amd64 NATIVE_JNA=x86-64 ;;
  arm64) NATIVE=aarch64 NATIVE_JNA=aarch64 ;;
  *) fail "there is no image for $ARCHITECTURE" "build it on amd64 or arm64" ;;
esac
IMAGE=mayfly/operator:$(sed -n 's/^appVersion: *//p' "$ROOT/helm/mayfly/Chart.yaml")

# Programs that the operator runs, with their dependencies: iptables (rules of removed containers), mount (files in memory), timeout and du.
PACKAGES=(base-files coreutils iptables libblkid1 libc6 libip4tc2 libip6tc2 libmnl0 libmount1 libnetfilter-conntrack3
  libnfnetlink0 libnftnl11 libpcre2-8-0 libselinux1 libxtables12 mount)
PROGRAMS='du|timeout|mount|(ip6?)?tables(-legacy|-nft)?(-save|-restore)?|xtables-(legacy|nft)-multi'

# Modules of the JDK that the operator and its libraries name; java.desktop is that of java.beans.
MODULES=java.base,java.compiler,java.desktop,java.instrument,java.logging,java.management,java.naming,java.net.http,java.security.jgss
MODULES+=,java.security.sasl,java.sql,java.xml,jdk.crypto.ec,jdk.jfr,jdk.management,jdk.net,jdk.unsupported,jdk.zipfs

build() {
  local start epoch
  start=$(now_ms)
  prepare_state
  mkdir -p "$OUT" "$DEBS"
  JAVA_HOME=$("$HERE/jdk.sh")
  export JAVA_HOME
  epoch=$(git -C "$ROOT" log -1 --format=%ct 2>/dev/null) || epoch=0 # an archive of the sources has no commits
  export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$epoch}
  package
  current_image || {
    fetch_packages
    make_layers
    write_archive "$IMAGE" "$OUT/system.layer" "$OUT/operator.layer" >"$OUT/digest"
  }
  say "$IMAGE $(cat "$OUT/digest"), $(size_mb "$OUT"/*.layer.gz) MB compressed, after $(seconds_since "$start") s: $OUT/operator.tar"
}

# current_image: there, of this commit, and newer than what it is made of.
current_image() {
  [ -s "$OUT/digest" ] && grep -qs "$(revision)" "$OUT/config.json" && [ -f "$OUT/operator.tar" ] && [ "$OUT/operator.tar" -nt "$APP/quarkus-run.jar" ] &&
    [ -z "$(find "$ROOT/deploy/image" -type f -newer "$OUT/operator.tar" -print -quit)" ]
}

size_mb() { cat "$@" | wc -c | awk '{ printf "%.1f", $1 / 1e6 }'; }

# The times in the jar are the pom's (project.build.outputTimestamp). What the tests or `make up` have packed is taken.
package() {
  if ! [ -f "$APP/quarkus-run.jar" ] || [ -n "$(find "$ROOT/pom.xml" "$ROOT/src/main" -newer "$APP/quarkus-run.jar" -print -quit)" ]; then
    with_progress "packing the operator with Maven" "$LOG/image-maven.log" \
      mvn -f "$ROOT/pom.xml" -B -q -DskipTests -Dquarkus.package.jar.type=aot-jar package
  fi
  if [ "$ROOT/pom.xml" -nt "$ROOT/target/bom.json" ]; then
    with_progress "listing its components with Maven" "$LOG/image-bom.log" mvn -f "$ROOT/pom.xml" -B -q cyclonedx:makeBom
  fi
}

# The archive keeps only the latest version of a package: where it has gone on, the image is made of that, and its digest differs.
fetch_packages() {
  local name missing=() wanted=() differs=()
  for name in "${PACKAGES[@]}"; do
    is_locked "$name" || {
      missing+=("$name")
      wanted+=("$name=$(locked "$name" 2)")
    }
  done
  ((${#missing[@]} == 0)) || download "${wanted[@]}" || download "${missing[@]}" ||
    { is_root && apt-get update >>"$LOG/image.log" 2>&1 && download "${missing[@]}"; } || are_there "${missing[@]}" ||
    fail "can't download these packages: ${missing[*]}" "sudo apt-get update    # then again; all of it is in $LOG/image.log"
  for name in "${missing[@]}"; do
    is_locked "$name" || differs+=("$name")
  done
  [ "$(runtime_version)" = "$(locked jdk 2)" ] || differs+=("JDK $(runtime_version)")
  ((${#differs[@]} == 0)) && return
  [ -z "${LOCKED:-}" ] || fail "not as in packages.lock: ${differs[*]}" "deploy/image/build.sh lock    # and commit it"
  say "not as in packages.lock, so the digest will differ from others': ${differs[*]}"
}

# locked NAME COLUMN: of the lock.
locked() { awk -v name="$1" -v column="$2" '$1 == name { print $column }' "$LOCK"; }

is_locked() { [ "$(checksum "$1")" = "$(locked "$1" 3)" ]; }

# checksum NAME: of the package's file; nothing where it was not downloaded.
checksum() {
  local file
  file=$(compgen -G "$DEBS/$1_*.deb") && sha256sum <"$file" | cut -d ' ' -f 1
}

# are_there NAME…: downloaded earlier, for a machine that has no way out now.
are_there() {
  local name
  for name in "$@"; do [ -n "$(checksum "$name")" ] || return 1; done
}

# download PACKAGE…: in place of other versions of them.
download() {
  local new=$DEBS.new package
  rm -rf "$new"
  mkdir "$new"
  (cd "$new" && apt-get download "$@") >>"$LOG/image.log" 2>&1 || return 1
  for package in "$@"; do rm -f "$DEBS/${package%%=*}"_*.deb; done
  mv "$new"/*.deb "$DEBS/"
}

runtime_version() { sed -n 's/^IMPLEMENTOR_VERSION="\(.*\)"/\1/p' "$JAVA_HOME/release"; }

make_layers() {
  local root=$OUT/root
  step "Image"
  rm -rf "$root" "$OUT"/*.layer*
  mkdir -p "$root"/{dev,etc,home,opt/mayfly,proc,root,run,sys,tmp,usr/bin,usr/lib,usr/lib64,usr/sbin,var/lib,var/tmp}
  chmod 1777 "$root/tmp" "$root/var/tmp"
  for dir in bin lib lib64 sbin; do ln -s "usr/$dir" "$root/$dir"; done
  system "$root"
  "$JAVA_HOME/bin/jlink" --add-modules "$MODULES" --strip-java-debug-attributes --no-header-files --no-man-pages --compress=zip-0 \
    --output "$root/opt/java"
  "$root/opt/java/bin/java" -XX:+UseSerialGC -Xshare:dump >>"$LOG/image.log" 2>&1
  pack "$root" "$OUT/system.layer"
  rm -rf "$root"
  mkdir -p "$root/opt/mayfly" "$root/usr/share/sbom"
  cp -R "$APP/." "$root/opt/mayfly/"
  cp "$ROOT/LICENSE" "$root/opt/mayfly/"
  rm -f "$root/opt/mayfly"/*.{aot,txt}
  without_other_natives "$root/opt/mayfly/lib/main"
  cp "$ROOT/target/bom.json" "$OUT/sbom.cdx.json"
  system_sbom >"$OUT/system.cdx.json"
  cp "$OUT"/*.cdx.json "$root/usr/share/sbom/"
  pack "$root" "$OUT/operator.layer"
  rm -rf "$root"
}

# without_other_natives DIRECTORY: two libraries bring code for twenty systems, 9 MB of it.
without_other_natives() {
  local jar unpacked=$OUT/unpacked
  for jar in "$1"/com.github.luben.zstd-jni-*.jar "$1"/net.java.dev.jna.jna-[0-9]*.jar; do
    rm -rf "$unpacked"
    mkdir "$unpacked"
    (
      cd "$unpacked"
      "$JAVA_HOME/bin/jar" --extract --file "$jar"
      find . -type f \( -name 'lib*.so' -o -name '*.dylib' -o -name '*.jnilib' -o -name '*.dll' -o -name '*.a' \) \
        ! -path "*/linux/$NATIVE/*" ! -path "*/linux-${NATIVE_JNA}/*" -delete
      find . -type f ! -path ./META-INF/MANIFEST.MF -printf '%P\n' | LC_ALL=C sort >"$OUT/unpacked.list"
      "$JAVA_HOME/bin/jar" --create --file "$jar" --date "$(date -u -d "@$SOURCE_DATE_EPOCH" +%Y-%m-%dT%H:%M:%SZ)" \
        --manifest META-INF/MANIFEST.MF "@$OUT/unpacked.list"
    )
  done
  rm -rf "$unpacked" "$OUT/unpacked.list"
}

# Debian's files: of programs those that the operator runs, all libraries, licences.
system() {
  local root=$1 name
  for name in "${PACKAGES[@]}"; do
    dpkg-deb --fsys-tarfile "$DEBS/${name}"_*.deb | tar -C "$root" --keep-directory-symlink -x
  done
  find "$root/usr/bin" "$root/usr/sbin" ! -type d -regextype posix-extended ! -regex ".*/($PROGRAMS)" -delete
  find "$root/usr/share" -mindepth 1 -maxdepth 1 ! -name doc -exec rm -rf {} +
  find "$root/usr/share/doc" -type f ! -name copyright -delete
  find "$root" -type d -empty -path '*/usr/share/*' -delete
  rm -rf "$root"/usr/lib/*-linux-gnu/{gconv,audit} "$root"/etc/{default,init.d,update-motd.d,cron*,dpkg}
  # as the packages' own scripts would link them (update-alternatives)
  for name in iptables ip6tables; do
    for verb in '' -save -restore; do ln -sf xtables-nft-multi "$root/usr/sbin/$name$verb"; done
  done
  printf '%s\n' 'root:x:0:0:root:/root:/usr/sbin/nologin' 'nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin' >"$root/etc/passwd"
  printf '%s\n' 'root:x:0:' 'nogroup:x:65534:' >"$root/etc/group"
  printf 'hosts: files dns\n' >"$root/etc/nsswitch.conf"
}

write_lock() {
  local name
  prepare_state
  mkdir -p "$DEBS"
  JAVA_HOME=$("$HERE/jdk.sh")
  rm -f "$DEBS"/*.deb
  download "${PACKAGES[@]}" || fail "can't download the packages" "sudo apt-get update    # then again; all of it is in $LOG/image.log"
  {
    printf '# The parts of the image, by deploy/image/build.sh lock: the JDK; a package, its version, the checksum of its file.\n'
    printf 'jdk %s\n' "$(runtime_version)"
    for name in "${PACKAGES[@]}"; do
      printf '%s %s %s\n' "$name" "$(dpkg-deb -f "$DEBS/$name"_*.deb Version)" "$(checksum "$name")"
    done
  } >"$LOCK.new"
  mv "$LOCK.new" "$LOCK"
}

case ${1:-} in
  '') build ;;
  load)
    build
    DOCKER_HOST=$("$HERE/engine.sh" host)
    export DOCKER_HOST
    docker load -q -i "$OUT/operator.tar" | sed 's/^/    /'
    ;;
  lock) write_lock ;;
  *) fail "usage: build.sh [load] | lock" ;;
esac
