#!/usr/bin/env bash
# Runs a measuring program (dev.mayfly.bench.NAME, from the tests' class path) against what `make up` brings up.
# shellcheck source=deploy/local/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

NAME=${1:?usage: measure.sh Bench | AuditBench | Soak | AuditSoak}
CLASSPATH_FILE=$ROOT/target/test-classpath.txt

"$HERE/up.sh"
JAVA_HOME=$("$HERE/jdk.sh")
DOCKER_HOST=$("$HERE/engine.sh" host)
export JAVA_HOME DOCKER_HOST KUBECONFIG=$KUBECONFIG_FILE
step "$NAME"
with_progress "compiling" "$LOG/measure-build.log" \
  mvn -f "$ROOT/pom.xml" -B -q test-compile dependency:build-classpath -Dmdep.outputFile="$CLASSPATH_FILE"
cd "$ROOT"
exec "$JAVA_HOME/bin/java" -Djava.util.logging.manager=org.jboss.logmanager.LogManager -cp "target/classes:target/test-classes:$(cat "$CLASSPATH_FILE")" "dev.mayfly.bench.$NAME"
