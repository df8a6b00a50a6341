#!/usr/bin/env bash
# Prints the home of the JDK to use: JAVA_HOME if it is 21 or later, else the newest such JDK that this machine has.
# shellcheck source=deploy/local/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

OLDEST=21
# Directories in which packages, SDKMAN, IDEs and asdf install JDKs.
read -ra ROOTS <<<"${MAYFLY_JDK_ROOTS:-/usr/lib/jvm /usr/java /opt/java /opt $HOME/.sdkman/candidates/java $HOME/.jdks $HOME/.asdf/installs/java}"

# version HOME: the major version of the JDK (not JRE) there, or nothing.
version() {
  if [ -x "$1/bin/javac" ] && [ -r "$1/release" ]; then
    sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release"
  fi
}

new_enough() { [ -n "$1" ] && (("$1" >= OLDEST)); }

if [ -n "${JAVA_HOME:-}" ] && new_enough "$(version "$JAVA_HOME")"; then
  echo "$JAVA_HOME"
  exit
fi

best='' best_version=0
for root in "${ROOTS[@]}"; do
  for home in "$root" "$root"/*; do
    found=$(version "$home")
    if new_enough "$found" && ((found > best_version)); then
      best=$home best_version=$found
    fi
  done
done
[ -n "$best" ] || fail "no JDK $OLDEST or later is found (JAVA_HOME=${JAVA_HOME:-unset}; looked in ${ROOTS[*]})" \
  "install one, such as Temurin 25 (https://adoptium.net), or: sudo apt-get install openjdk-21-jdk-headless" \
  "and, where it is elsewhere: export JAVA_HOME=/path/to/jdk"
echo "$best"
