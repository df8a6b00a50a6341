#!/usr/bin/env bats
# The jar of the command line: made of the operator's jars, without Maven.

load helpers

setup() {
  own_state
  JAVA_HOME=$("$HERE/jdk.sh")
  mkdir -p "$MAYFLY_LOCAL"/{one,two}/META-INF/services "$MAYFLY_LOCAL"/one/META-INF/versions/9
  cd "$MAYFLY_LOCAL" || return
  echo first >one/same
  echo second >two/same
  echo A >one/META-INF/services/Some
  echo B >two/META-INF/services/Some
  echo later >one/META-INF/versions/9/same
  echo log >two/META-INF/services/org.jboss.logmanager.MDCProvider
  for jar in one two; do "$JAVA_HOME/bin/jar" cf "$jar.jar" -C "$jar" .; done
}
teardown() { rm -rf "$MAYFLY_LOCAL"; }

@test "the first of two files stays, services are added up, and what is of no use is left out" {
  "$JAVA_HOME/bin/java" "$HERE/CommandJar.java" all.jar some.Main one.jar two.jar
  run "$JAVA_HOME/bin/jar" tf all.jar
  [ "$(sort <<<"$output" | paste -sd ' ')" = "META-INF/MANIFEST.MF META-INF/services/Some same" ]
  mkdir all
  (cd all && "$JAVA_HOME/bin/jar" xf ../all.jar)
  grep -q '^Main-Class: some.Main' all/META-INF/MANIFEST.MF
  [ "$(cat all/same)" = first ]
  [ "$(grep . all/META-INF/services/Some | paste -sd ' ')" = "A B" ]
}

@test "what starts an operator runs Maven in one place" {
  run grep -lE '^[^#]*\bmvn -' "$HERE"/{up,cli,operator}.sh
  [ "$output" = "$HERE/operator.sh" ]
}
