#!/usr/bin/env bash
# make simulate SCENARIO=FILE: mayfly simulate with the heap that a million replicas take; asks no engine and no cluster.
# shellcheck source=deploy/local/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

SCENARIO=${1:-}
[ -n "$SCENARIO" ] || fail "name a scenario" "make simulate SCENARIO=deploy/scenarios/rollout.yaml"
PLOT=$ROOT/target/simulate/$(basename "${SCENARIO%.*}").png

"$HERE/cli.sh"
JAVA_HOME=$("$HERE/jdk.sh")
"$JAVA_HOME/bin/java" -XX:+UseSerialGC -Xmx1g -Xlog:disable -Xlog:all=error:stderr \
  -Djava.util.logging.manager=org.jboss.logmanager.LogManager -cp "$ROOT/target/cli/mayfly.jar" dev.mayfly.app.Main \
  simulate -f "$SCENARIO" --plot "$PLOT"
say "$PLOT"
