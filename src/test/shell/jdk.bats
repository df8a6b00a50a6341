#!/usr/bin/env bats
# Which JDK is used, and what is said where there is none.

load helpers

setup() {
  own_state
  export MAYFLY_JDK_ROOTS=$MAYFLY_LOCAL/jdks
  unset JAVA_HOME
}
teardown() { rm -rf "$MAYFLY_LOCAL"; }

# jdk NAME VERSION: as far as it is looked at.
jdk() {
  mkdir -p "$MAYFLY_JDK_ROOTS/$1/bin"
  printf 'IMPLEMENTOR="Test"\nJAVA_VERSION="%s"\n' "$2" >"$MAYFLY_JDK_ROOTS/$1/release"
  install -m 755 /dev/null "$MAYFLY_JDK_ROOTS/$1/bin/javac"
}

@test "the newest of at least 21 is chosen" {
  jdk old 17.0.9
  jdk good 21.0.2
  jdk best 25
  run "$HERE/jdk.sh"
  [ "$output" = "$MAYFLY_JDK_ROOTS/best" ]
}

@test "JAVA_HOME is used if it is new enough" {
  jdk best 25
  jdk chosen 21.0.2
  JAVA_HOME=$MAYFLY_JDK_ROOTS/chosen run "$HERE/jdk.sh"
  [ "$output" = "$MAYFLY_JDK_ROOTS/chosen" ]
}

@test "JAVA_HOME is not used if it is too old" {
  jdk best 25
  jdk old 17.0.9
  JAVA_HOME=$MAYFLY_JDK_ROOTS/old run "$HERE/jdk.sh"
  [ "$output" = "$MAYFLY_JDK_ROOTS/best" ]
}

@test "without a JDK the message names what to install" {
  jdk old 17.0.9
  run "$HERE/jdk.sh"
  [ "$status" = 1 ]
  [[ $output == *"no JDK 21 or later"* ]]
  [[ $output == *"apt-get install openjdk-21-jdk-headless"* ]]
}
