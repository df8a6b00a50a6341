#!/usr/bin/env bash
# make cli: .local/bin/mayfly and, for kubectl mayfly, .local/bin/kubectl-mayfly with its completion: one jar, a cache of its loaded classes, and the
# texts that are the same each time, so that it starts in a fraction of the time. With the argument install, kubectl-mayfly is put on the
# PATH as well: into $PREFIX/bin, else /usr/local/bin or ~/.local/bin.
# shellcheck source=deploy/local/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

APP=$ROOT/target/quarkus-app # of the operator
CLI=$ROOT/target/cli
JAR=$CLI/mayfly.jar
MAIN=dev.mayfly.app.Main
CACHE=$CLI/mayfly.aot
TEXTS=$CLI/texts # what the command prints, by its arguments
COMMAND=$BIN/mayfly
COMPLETION=$BIN/kubectl_complete-mayfly # kubectl looks for this name on the PATH
CACHES_CLASSES=25 # the first JDK that makes a cache by itself when a program ends (JEP 514)

# The JVM says nothing about a cache that a later build has made useless: it works without. Reflection by method handles makes classes
# first, which pays only for what is called often, and compiled is what is called five times as often as usual.
OPTIONS=(-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:CompileThresholdScaling=5 -Xmx512m -Xlog:disable -Xlog:all=error:stderr --enable-native-access=ALL-UNNAMED
  -Djava.util.logging.manager=org.jboss.logmanager.LogManager -Djdk.reflect.useNativeAccessorOnly=true)

# One jar of the operator's, which Maven has built: a class that is not in the cache would be looked for in each of its 186.
build() {
  local jars=("$APP"/quarkus/transformed-bytecode.jar "$APP"/app/*.jar "$APP"/lib/*/*.jar)
  mkdir -p "$CLI"
  if can_cache; then
    "$JAVA_HOME/bin/java" "$HERE/ModernClasses.java" "$CLI/picocli.jar" "$APP"/lib/main/info.picocli.*.jar || return
    jars=("$CLI/picocli.jar" "${jars[@]}")
  fi
  "$JAVA_HOME/bin/java" "$HERE/CommandJar.java" "$JAR.new" "$MAIN" "${jars[@]}" &&
    mv -f "$JAR.new" "$JAR"
}

run() { "$JAVA_HOME/bin/java" "${OPTIONS[@]}" "$@"; }

# An older JDK would not start with options that it does not know.
can_cache() { (($(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$JAVA_HOME/release") >= CACHES_CLASSES)); }

# leftovers reads engine, host and cluster, so that it loads most of what any command does; whatever does not answer is left out.
# Without profiles, which would have a JVM that lives for a moment compile more than it runs.
train() {
  rm -f "$CACHE"
  run -XX:AOTCacheOutput="$CACHE" -XX:+UnlockDiagnosticVMOptions -XX:+IgnoreUnrecognizedVMOptions -XX:-AOTRecordTraining \
    -cp "$JAR" "$MAIN" leftovers >/dev/null || true # no engine answers
}

# The cluster of make up, if it answers.
cluster() {
  if kubectl --kubeconfig="$KUBECONFIG_FILE" --request-timeout=5s get --raw=/readyz >/dev/null 2>&1; then echo "$KUBECONFIG_FILE"; else echo /dev/null; fi
}

write_texts() {
  local arguments words
  rm -rf "$TEXTS" "$TEXTS.new" # it would print the former ones
  mkdir "$TEXTS.new"
  for arguments in --help {ps,why,run,rollout,plan,record,diff,scan,convert,simulate,images,rmi,leftovers,bundle,completion,operator}\ --help \
    rollout\ {status,history,undo,restart}\ --help completion\ {bash,zsh,fish}; do
    read -ra words <<<"$arguments"
    "$COMMAND" "${words[@]}" >"$TEXTS.new/$arguments" || return
  done
  mv "$TEXTS.new" "$TEXTS"
}

install_plugin() {
  local directory=$HOME/.local/bin
  [ ! -w /usr/local/bin ] || directory=/usr/local/bin
  [ -z "${PREFIX:-}" ] || directory=$PREFIX/bin
  mkdir -p "$directory"
  ln -sfn "$COMMAND" "$directory/kubectl-mayfly"
  ln -sfn "$COMPLETION" "$directory/${COMPLETION##*/}"
  case ":$PATH:" in
  *":$directory:"*) say "kubectl mayfly --help    # $directory/kubectl-mayfly" ;;
  *) say "export PATH=\$PATH:$directory    # kubectl finds $directory/kubectl-mayfly then" ;;
  esac
}

step "Command line"
"$HERE/operator.sh" build
JAVA_HOME=$("$HERE/jdk.sh")
export JAVA_HOME
exec {lock}>"$ROOT/target/cli.lock"
flock "$lock" # another make up of this clone may be at the same files
[ "$JAR" -nt "$APP/quarkus-run.jar" ] || with_progress "making one jar" "$LOG/cli-build.log" build
if can_cache && [ ! "$CACHE" -nt "$JAR" ]; then
  DOCKER_HOST=$("$HERE/engine.sh" host)
  KUBECONFIG=$(cluster)
  export DOCKER_HOST KUBECONFIG
  with_progress "making a cache of the command's classes" "$LOG/cli.log" train
fi

# written beside it first: somebody may be running it
cat >"$COMMAND.new" <<END
#!/bin/sh
# Made by make cli.
java='$JAVA_HOME/bin/java' jar='$JAR' cache='$CACHE' text="$TEXTS/\${*:---help}"
[ -f "\$jar" ] || { echo "mayfly: \$jar is gone: make cli builds it" >&2; exit 1; }
case "\$*" in */*) ;; *) [ ! -f "\$text" ] || exec cat "\$text" ;; esac
[ "\$*" != operator ] || exec "\$java" -jar '$APP/quarkus-run.jar' operator
set -- -cp "\$jar" $MAIN "\$@"
[ ! -f "\$cache" ] || set -- -XX:AOTCache="\$cache" "\$@"
exec "\$java" ${OPTIONS[*]} "\$@"
END
chmod 755 "$COMMAND.new"
mv -f "$COMMAND.new" "$COMMAND"
ln -sfn mayfly "$BIN/kubectl-mayfly"

# kubectl asks it for the words that may follow its arguments, of which the last is being typed; after them comes what the shell is to do
# (0: as it does otherwise, so that it completes files where there is no word).
cat >"$COMPLETION.new" <<END
#!/usr/bin/env bash
# Made by make cli.
source "$TEXTS/completion bash" || exit
COMP_WORDS=(mayfly "\$@") COMP_CWORD=\$#
_complete_mayfly 2>/dev/null # it sets options of a shell that completes by itself
((\${#COMPREPLY[@]} == 0)) || printf '%s\n' "\${COMPREPLY[@]}"
echo :0
END
chmod 755 "$COMPLETION.new"
mv -f "$COMPLETION.new" "$COMPLETION"
if [ ! "$TEXTS/--help" -nt "$JAR" ]; then
  with_progress "writing its help and completion" "$LOG/cli.log" write_texts
fi
say "$COMMAND scan    # what the engine's containers wrote outside of volumes; with $BIN on the PATH also: kubectl mayfly scan"
[ "${1:-}" != install ] || install_plugin
