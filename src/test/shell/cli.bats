#!/usr/bin/env bats
# bats file_tags=engine
# The command line as a user has it after `make cli`.
# Takes about 10 s.

load helpers

setup() {
  own_state
  "$HERE/cli.sh"
}

teardown() { rm -rf "$MAYFLY_LOCAL"; }

@test "without a command it prints its help, also as kubectl mayfly" {
  run "$BIN/mayfly"
  [ "$status" = 0 ]
  [[ $output == *"mayfly [-hV] [COMMAND]"*scan*operator* ]]
  kubectl mayfly >"$MAYFLY_LOCAL/help"
  [ "$output" = "$(<"$MAYFLY_LOCAL/help")" ]
}

@test "help and completions that are kept as texts are those of the jar" {
  for arguments in --help "scan --help" "completion fish"; do
    read -ra words <<<"$arguments"
    diff <("$BIN/mayfly" "${words[@]}") <("$("$HERE/jdk.sh")/bin/java" -jar "$ROOT/target/cli/mayfly.jar" "${words[@]}")
    [ -f "$ROOT/target/cli/texts/$arguments" ]
  done
  run "$BIN/mayfly" ../mayfly.jar # no text
  [ "$status" = 2 ]
}

@test "the plugin is installed where PREFIX says" {
  PREFIX=$MAYFLY_LOCAL/prefix "$HERE/cli.sh" install
  PATH=$MAYFLY_LOCAL/prefix/bin:/usr/bin:/bin run kubectl-mayfly rollout undo --help
  [ "$status" = 0 ]
  [[ $output == *--to-revision* ]]
  [ -f "$ROOT/target/cli/texts/rollout undo --help" ]
  [ "$("$MAYFLY_LOCAL/prefix/bin/kubectl_complete-mayfly" le)" = $'leftovers\n:0' ]
}

@test "nothing is coloured and no progress is shown where no terminal is" {
  "$BIN/mayfly" scan >"$MAYFLY_LOCAL/out" 2>"$MAYFLY_LOCAL/err"
  run grep -c $'\033\|…' "$MAYFLY_LOCAL/out" "$MAYFLY_LOCAL/err"
  [ "$status" = 1 ]
}

@test "a wrong command line is named in one sentence" {
  run "$BIN/mayfly" scan --bogus
  [ "$status" = 2 ]
  [[ $output == "mayfly: Unknown option: '--bogus'"*"See mayfly scan --help" ]]
}

@test "bash completes commands" {
  "$BIN/mayfly" completion bash >"$MAYFLY_LOCAL/completion"
  run bash -c 'source "$1"; COMP_WORDS=(mayfly le) COMP_CWORD=1; _complete_mayfly; echo "${COMPREPLY[@]}"' - "$MAYFLY_LOCAL/completion"
  [ "$output" = leftovers ]
}

@test "kubectl completes commands, options and their values" {
  completed() { kubectl __complete mayfly "$@" 2>/dev/null; }
  [ "$(completed le)" = $'leftovers\n:0' ]
  [ "$(completed rollout u)" = $'undo\n:0' ]
  [ "$(completed rollout undo --to)" = $'--to-revision\n:0' ]
  [[ $(completed scan -o "") == *$'json\nyaml'* ]]
  [ "$(completed convert -f "")" = :0 ] # a file
}

@test "zsh completes commands" {
  "$BIN/mayfly" completion zsh >"$MAYFLY_LOCAL/completion"
  # shellcheck disable=SC2016  # zsh is to expand it
  HOME=$MAYFLY_LOCAL run zsh -fc 'source "$1"; COMP_WORDS=(mayfly rollout u) COMP_CWORD=2; emulate sh -c _complete_mayfly; echo "${COMPREPLY[@]}"' \
    - "$MAYFLY_LOCAL/completion"
  [[ $output == *undo* && $output != *leftovers* ]] # which of them fit, zsh looks itself
}

# silent_cluster FILE: a kubeconfig that names a cluster of which no API server answers.
silent_cluster() {
  cat >"$1" <<YAML
apiVersion: v1
kind: Config
current-context: there
contexts: [{name: there, context: {cluster: there}}]
clusters: [{name: there, cluster: {server: "http://127.0.0.1:1"}}]
YAML
}

@test "KUBECONFIG lists files, of which missing ones do not count" {
  silent_cluster "$MAYFLY_LOCAL/other"
  KUBECONFIG=$MAYFLY_LOCAL/none:$MAYFLY_LOCAL/other run "$BIN/mayfly" rmi busybox:1.36
  [ "$status" = 1 ]
  [[ $output == *"No API server answers at http://127.0.0.1:1"* ]]
  KUBECONFIG=$MAYFLY_LOCAL/none run "$BIN/mayfly" rmi busybox:1.36
  [ "$status" = 1 ]
  [[ $output == *--force-without-cluster* ]]
}

@test "without KUBECONFIG the cluster is that of ~/.kube/config" {
  mkdir -p "$MAYFLY_LOCAL/home/.kube"
  silent_cluster "$MAYFLY_LOCAL/home/.kube/config"
  unset KUBECONFIG
  HOME=$MAYFLY_LOCAL/home run "$BIN/mayfly" rmi busybox:1.36
  [ "$status" = 1 ]
  [[ $output == *"No API server answers at http://127.0.0.1:1"* ]]
}
