#!/usr/bin/env bash
# measure.sh NAME [ARGUMENT…]: runs a measuring program (dev.mayfly.bench.NAME, from the tests' class path) against what `make up` brings up.
# MAYFLY_IS_UP, MAYFLY_IS_COMPILED: set by a script that has done so.
# shellcheck source=deploy/local/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

NAME=${1:?usage: measure.sh Bench | page.PageBench | HealBench | RolloutBench | MirrorBench | pod.ExecBench | AuditBench | ImageBench | TaskBench | neighbour.NeighbourBench | warm.WarmBench | zero.ZeroBench | million.MillionBench | million.FleetBench | Soak | AuditSoak | LifeSoak}
CLASSPATH_FILE=$ROOT/target/test-classpath.txt

prepare_state
[ -n "${MAYFLY_IS_UP:-}" ] || "$HERE/up.sh"
JAVA_HOME=$("$HERE/jdk.sh")
DOCKER_HOST=$("$HERE/engine.sh" host)
export JAVA_HOME DOCKER_HOST KUBECONFIG=$KUBECONFIG_FILE
MAVEN_OPTIONS=() # of java, too
if [ "$NAME" = LifeSoak ]; then
  # shellcheck source=deploy/local/test-tools.sh
  source "$HERE/test-tools.sh"
  test_cluster_image
  kwok_nodes
fi
step "$NAME"
[ -n "${MAYFLY_IS_COMPILED:-}" ] || with_progress "compiling" "$LOG/measure-build.log" \
  mvn -f "$ROOT/pom.xml" -B -q test-compile dependency:build-classpath -Dmdep.outputFile="$CLASSPATH_FILE"
cd "$ROOT"
options=()
[ "$NAME" != ProbeBench ] || options=("@$ROOT/deploy/operator.jvmopts") # its own CPU time is what is measured
[ "$NAME" != ImageBench ] || options=(-Xmx64m) # what it may take is what it shows
# the young generation is small, so that what stays has most of the heap; a flight recording says what held a figure that is missed
[ "$NAME" != million.MillionBench ] || options=(-Xmx1g -XX:+UseSerialGC "-XX:MaxNewSize=192m" "-Xlog:jfr*=off"
  "-XX:StartFlightRecording=filename=target/million.jfr,settings=profile")
exec "$JAVA_HOME/bin/java" "${options[@]}" "${MAVEN_OPTIONS[@]}" -Djava.util.logging.manager=org.jboss.logmanager.LogManager -cp "target/classes:target/test-classes:$(cat "$CLASSPATH_FILE")" "dev.mayfly.bench.$NAME" "${@:2}"
