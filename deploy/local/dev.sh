#!/usr/bin/env bash
# make dev: the operator in Quarkus' dev mode, in place of that of `make up` and against its cluster and engine. It restarts by itself with
# each file that is saved; it has no Lease, whose operator it replaces. Ctrl-C ends it. A debugger can attach to port 5005.
# shellcheck source=deploy/local/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

SECONDS_BETWEEN_LOOKS=2

# Dev mode looks for changed files when it is asked something over HTTP, and an operator seldom is.
look_for_changes() {
  while sleep "$SECONDS_BETWEEN_LOOKS"; do
    http_status "$1" /q/health/live >/dev/null || true # it is starting, or its code does not compile
  done
}

prepare_state
[ -s "$KUBECONFIG_FILE" ] || "$HERE/up.sh"
has mvn || fail "Maven is needed to build the operator" "sudo apt-get install maven    # or from https://maven.apache.org"
"$HERE/operator.sh" down
JAVA_HOME=$("$HERE/jdk.sh")
DOCKER_HOST=$("$HERE/engine.sh" host)
port=$(remembered_port operator 8484)
export JAVA_HOME DOCKER_HOST KUBECONFIG=$KUBECONFIG_FILE QUARKUS_HTTP_PORT=$port QUARKUS_HTTP_HOST=127.0.0.1
step "Operator in dev mode: http://127.0.0.1:$port/q/health; make up brings back the packaged one"
look_for_changes "$port" &
trap 'kill $!' EXIT
mvn -f "$ROOT/pom.xml" -B quarkus:dev -Dquarkus.args=operator "-Ddebug=${DEBUG_PORT:-5005}"
