#!/usr/bin/env bash
# make cli: .local/bin/mayfly and, for kubectl mayfly, .local/bin/kubectl-mayfly: the jars that the operator is made of, on a class
# path, and a cache of their loaded classes, so that it starts in a fraction of the time.
# shellcheck source=deploy/local/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

APP=$ROOT/target/quarkus-app
CACHE=$ROOT/target/mayfly.aot
COMMAND=$BIN/mayfly
CACHES_CLASSES=25 # the first JDK that makes a cache by itself when a program ends (JEP 514)

# The JVM says nothing about a cache that a later build has made useless: it works without.
OPTIONS=(-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx512m -Xlog:disable -Xlog:all=error:stderr --enable-native-access=ALL-UNNAMED
  -Djava.util.logging.manager=org.jboss.logmanager.LogManager)

# An older JDK would not start with options that it does not know.
can_cache() { (($(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$JAVA_HOME/release") >= CACHES_CLASSES)); }

train() {
  rm -f "$CACHE"
  # whether the engine answers or not: most of what a command loads, it has loaded by then
  "$JAVA_HOME/bin/java" "${OPTIONS[@]}" -XX:AOTCacheOutput="$CACHE" -cp "$CLASS_PATH" dev.mayfly.app.Main images -q >/dev/null || true
}

step "Command line"
"$HERE/operator.sh" build
JAVA_HOME=$("$HERE/jdk.sh")
CLASS_PATH="$APP/app/*:$APP/lib/main/*:$APP/lib/boot/*"
if can_cache && [ ! "$CACHE" -nt "$APP/quarkus-run.jar" ]; then
  DOCKER_HOST=$("$HERE/engine.sh" host)
  export DOCKER_HOST KUBECONFIG=/dev/null
  with_progress "making a cache of the command's classes" "$LOG/cli.log" train
fi

# written beside it first: somebody may be running it
cat >"$COMMAND.new" <<END
#!/bin/sh
# Made by make cli.
java='$JAVA_HOME/bin/java' app='$APP' cache='$CACHE'
[ -f "\$app/quarkus-run.jar" ] || app='$LOCAL/operator'
[ -f "\$app/quarkus-run.jar" ] || { echo "mayfly: \$app/quarkus-run.jar is gone: make cli builds it" >&2; exit 1; }
[ "\$*" != operator ] || exec "\$java" -jar "\$app/quarkus-run.jar" operator
set -- -cp "\$app/app/*:\$app/lib/main/*:\$app/lib/boot/*" dev.mayfly.app.Main "\$@"
[ ! -f "\$cache" ] || set -- -XX:AOTCache="\$cache" "\$@"
exec "\$java" ${OPTIONS[*]} "\$@"
END
chmod 755 "$COMMAND.new"
mv -f "$COMMAND.new" "$COMMAND"
ln -sfn mayfly "$BIN/kubectl-mayfly"
say "$COMMAND scan    # what the engine's containers wrote outside of volumes; with $BIN on the PATH also: kubectl mayfly scan"
