#!/usr/bin/env bash
# make cli: .local/bin/mayfly, a command of the same jar that the operator is.
# shellcheck source=deploy/local/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

step "Command line"
"$HERE/operator.sh" build
JAVA_HOME=$("$HERE/jdk.sh")
COMMAND=$BIN/mayfly

# written beside it first: somebody may be running it
cat >"$COMMAND.new" <<END
#!/bin/sh
# Made by make cli. Without arguments the jar would be the operator. 2: mayfly leftovers could not look; 1 would be a leftover.
[ \$# -gt 0 ] || set -- --help
jar='$ROOT/target/quarkus-app/quarkus-run.jar'
[ -f "\$jar" ] || jar='$LOCAL/operator/quarkus-run.jar'
[ -f "\$jar" ] || { echo "mayfly: \$jar is gone: make cli builds it" >&2; exit 2; }
exec '$JAVA_HOME/bin/java' -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx512m --enable-native-access=ALL-UNNAMED -jar "\$jar" "\$@"
END
chmod 755 "$COMMAND.new"
mv -f "$COMMAND.new" "$COMMAND"
say "$COMMAND scan    # what the engine's containers wrote outside of volumes"
