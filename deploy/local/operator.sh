#!/usr/bin/env bash
# The operator, as a process on this host: built when its sources are newer, started when it does not run, never twice.
#   operator.sh up | tools | build | down
# shellcheck source=deploy/local/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

BUILT=$ROOT/target/quarkus-app
# It runs from a copy: a later build must not pull the jars from under a running process.
APP=$LOCAL/operator
JAR=$APP/quarkus-run.jar
READY_SECONDS=180

up() {
  step "Operator"
  prepare_state
  adopt operator "$JAR" "$JAR"
  build
  renew
  if alive operator "$JAR"; then
    if ready; then
      say "in use (pid $(cat "$RUN/operator.pid")), ready"
      return
    fi
    say "runs (pid $(cat "$RUN/operator.pid")) and is not ready yet"
  else
    start
  fi
  await_ready
}

current() { [ -f "$BUILT/quarkus-run.jar" ] && ! newer_than "$BUILT/quarkus-run.jar" "$ROOT/pom.xml" "$ROOT/src/main"; }

# tools: fails at once where something to build or run the operator with is missing.
tools() {
  "$HERE/jdk.sh" >/dev/null
  current || has mvn || fail "Maven is needed to build the operator" "sudo apt-get install maven    # or from https://maven.apache.org"
}

build() {
  prepare_state
  tools
  JAVA_HOME=$("$HERE/jdk.sh")
  export JAVA_HOME
  if ! current; then
    with_progress "building the operator with Maven" "$LOG/operator-build.log" \
      mvn -f "$ROOT/pom.xml" -B -q -DskipTests -Dquarkus.package.jar.type=aot-jar package
  fi
}

renew() {
  if [ ! -f "$JAR" ] || newer_than "$JAR" "$BUILT/quarkus-run.jar"; then
    alive operator "$JAR" && stop operator "$JAR"
    rm -rf "$APP"
    cp -Rp "$BUILT" "$APP" # with their times, by which the cache of classes knows the jars
  fi
}

newer_than() { [ -n "$(find "${@:2}" -type f -newer "$1" -print -quit)" ]; }

start() {
  local port options=()
  port=$(remembered_port operator 8484)
  [ ! -f "$ROOT/deploy/operator.jvmopts" ] || options=("@$ROOT/deploy/operator.jvmopts")
  [ -z "${OPERATOR_HEAP:-}" ] || options+=("-Xmx$OPERATOR_HEAP") # the last one counts, so JDK_JAVA_OPTIONS would not
  [ ! -f "$APP/operator.aot" ] || options+=("-XX:AOTCache=$APP/operator.aot") # the tests make it
  if [ -s "$LOG/operator.log" ]; then mv -f "$LOG/operator.log" "$LOG/operator.log.1"; fi # it may tell why that operator ended
  # it rotates its log itself; the standard output has only what the JVM says
  export QUARKUS_LOG_FILE_ENABLED=true QUARKUS_LOG_FILE_PATH=$LOG/operator.log QUARKUS_LOG_CONSOLE_ENABLED=false
  export KUBECONFIG=$KUBECONFIG_FILE QUARKUS_HTTP_PORT=$port QUARKUS_HTTP_HOST=127.0.0.1
  DOCKER_HOST=$("$HERE/engine.sh" host)
  export DOCKER_HOST MAYFLY_ACTIVATOR_ENABLED=${MAYFLY_ACTIVATOR_ENABLED:-true} # for spec.scaleToZero
  # another installation of this machine may have the usual one
  export MAYFLY_NODE_PORT=${MAYFLY_NODE_PORT:-$(if listens 10350; then echo 0; else echo 10350; fi)}
  # the lock is the operator's own for as long as it lives, whatever the pid file says
  daemon operator flock --no-fork -n "$RUN/operator.lock" "$JAVA_HOME/bin/java" "${options[@]}" -jar "$JAR" operator
}

await_ready() {
  local start
  start=$(now_ms)
  if ! await "$READY_SECONDS" "the operator" ready_or_dead; then
    tail -n 15 "$LOG/operator.log" >&2
    fail "the operator does not become ready; its log is $LOG/operator.log" "make up again; if it persists: make down && make up"
  fi
  say "ready after $(seconds_since "$start") s (pid $(cat "$RUN/operator.pid")); log $LOG/operator.log"
}

ready() { [ "$(http_status "$(cat "$RUN/operator.port")" /q/health/ready)" = 200 ]; }

ready_or_dead() {
  alive operator "$JAR" || return "$HOPELESS"
  ready
}

down() {
  adopt operator "$JAR" "$JAR"
  stop operator "$JAR" 30
  rm -rf "$APP" "$RUN/operator.port" "$RUN/operator.lock"
}

case ${1:-} in
  up | tools | build | down) "$1" ;;
  *) fail "usage: operator.sh up | tools | build | down" ;;
esac
