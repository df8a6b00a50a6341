#!/usr/bin/env bash
# make cli: .local/bin/mayfly and, for kubectl mayfly, .local/bin/kubectl-mayfly: one jar, a cache of its loaded classes, and the
# texts that are the same each time, so that it starts in a fraction of the time.
# shellcheck source=deploy/local/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

CLI=$ROOT/target/cli
JAR=$CLI/mayfly.jar
CACHE=$CLI/mayfly.aot
TEXTS=$CLI/texts # what the command prints, by its arguments
COMMAND=$BIN/mayfly
CACHES_CLASSES=25 # the first JDK that makes a cache by itself when a program ends (JEP 514)

# The JVM says nothing about a cache that a later build has made useless: it works without.
OPTIONS=(-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx512m -Xlog:disable -Xlog:all=error:stderr --enable-native-access=ALL-UNNAMED
  -Djava.util.logging.manager=org.jboss.logmanager.LogManager)

# One jar: a class that is not in the cache would be looked for in each of the operator's 186.
build() {
  mvn -f "$ROOT/pom.xml" -B -q -Dquarkus.package.jar.type=uber-jar -Dquarkus.package.jar.compress=false \
    -Dquarkus.package.output-directory="${CLI##*/}" quarkus:build &&
    mv -f "$CLI"/*-runner.jar "$JAR"
}

run() { "$JAVA_HOME/bin/java" "${OPTIONS[@]}" "$@"; }

# An older JDK would not start with options that it does not know.
can_cache() { (($(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$JAVA_HOME/release") >= CACHES_CLASSES)); }

train() {
  rm -f "$CACHE"
  # whether the engine answers or not: most of what a command loads, it has loaded by then; without profiles, which would have a JVM
  # that lives for a moment compile more than it runs
  run -XX:AOTCacheOutput="$CACHE" -XX:+UnlockDiagnosticVMOptions -XX:+IgnoreUnrecognizedVMOptions -XX:-AOTRecordTraining \
    -cp "$JAR" dev.mayfly.app.Main images -q >/dev/null || true # no engine answers
}

write_texts() {
  local arguments words
  rm -rf "$TEXTS" "$TEXTS.new" # it would print the former ones
  mkdir "$TEXTS.new"
  for arguments in --help {scan,convert,images,rmi,leftovers,completion,operator}\ --help completion\ {bash,zsh,fish}; do
    read -ra words <<<"$arguments"
    "$COMMAND" "${words[@]}" >"$TEXTS.new/$arguments" || return
  done
  mv "$TEXTS.new" "$TEXTS"
}

step "Command line"
"$HERE/operator.sh" build
JAVA_HOME=$("$HERE/jdk.sh")
export JAVA_HOME
exec {lock}>"$ROOT/target/cli.lock"
flock "$lock" # another make up of this clone may be at the same files
[ "$JAR" -nt "$ROOT/target/quarkus-app/quarkus-run.jar" ] || with_progress "making one jar with Maven" "$LOG/cli-build.log" build
if can_cache && [ ! "$CACHE" -nt "$JAR" ]; then
  DOCKER_HOST=$("$HERE/engine.sh" host)
  export DOCKER_HOST KUBECONFIG=/dev/null
  with_progress "making a cache of the command's classes" "$LOG/cli.log" train
fi

# written beside it first: somebody may be running it
cat >"$COMMAND.new" <<END
#!/bin/sh
# Made by make cli.
java='$JAVA_HOME/bin/java' jar='$JAR' cache='$CACHE' text="$TEXTS/\${*:---help}"
[ -f "\$jar" ] || { echo "mayfly: \$jar is gone: make cli builds it" >&2; exit 1; }
case "\$*" in */*) ;; *) [ ! -f "\$text" ] || exec cat "\$text" ;; esac
[ "\$*" != operator ] || exec "\$java" -jar "\$jar" operator
set -- -cp "\$jar" dev.mayfly.app.Main "\$@"
[ ! -f "\$cache" ] || set -- -XX:AOTCache="\$cache" "\$@"
exec "\$java" ${OPTIONS[*]} "\$@"
END
chmod 755 "$COMMAND.new"
mv -f "$COMMAND.new" "$COMMAND"
ln -sfn mayfly "$BIN/kubectl-mayfly"
if [ ! "$TEXTS/--help" -nt "$JAR" ]; then
  with_progress "writing its help and completion" "$LOG/cli.log" write_texts
fi
say "$COMMAND scan    # what the engine's containers wrote outside of volumes; with $BIN on the PATH also: kubectl mayfly scan"
