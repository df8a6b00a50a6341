#!/usr/bin/env bats
# bats file_tags=engine
# The engine that is there is used as it is; users who may not use it get instructions.

load helpers

USER_NAME=mayfly-test

setup() {
  own_state
  # a copy that another user may read, wherever this clone is
  COPY=$(mktemp -d /tmp/mayfly-copy.XXXXXX)
  mkdir -p "$COPY/deploy"
  cp -R "$HERE" "$COPY/deploy/"
  useradd --create-home "$USER_NAME"
  chown -R "$USER_NAME" "$COPY"
}

teardown() {
  userdel --remove "$USER_NAME" 2>/dev/null # says that there is no mail spool
  rm -rf "$COPY" "$MAYFLY_LOCAL"
}

as_user() { runuser -u "$USER_NAME" -- env -u MAYFLY_LOCAL -u DOCKER_HOST HOME="/home/$USER_NAME" "$@"; }

@test "a running engine is used, not started again" {
  "$HERE/engine.sh" up
  [ ! -e "$MAYFLY_LOCAL/run/dockerd.pid" ]
}

@test "a user outside the docker group gets the remedy" {
  run as_user "$COPY/deploy/local/engine.sh" up
  [ "$status" = 1 ]
  [[ $output == *"permission denied"* ]]
  [[ $output == *"sudo usermod -aG docker \$USER"* ]]
  [[ $output == *"log in again"* ]]
}

@test "the remedy works" {
  usermod -aG docker "$USER_NAME"
  run as_user "$COPY/deploy/local/engine.sh" up
  [ "$status" = 0 ]
  [[ $output == *"in use: unix:///var/run/docker.sock"* ]]
}

@test "a user of the docker group has the sample images" {
  usermod -aG docker "$USER_NAME"
  run as_user "$COPY/deploy/local/images.sh"
  [ "$status" = 0 ]
  [[ $output == *"busybox:1.36 is there"* ]]
}

@test "a DOCKER_HOST without an answer is named" {
  DOCKER_HOST=unix:///nowhere.sock run "$HERE/engine.sh" up
  [ "$status" = 1 ]
  [[ $output == *"DOCKER_HOST=unix:///nowhere.sock"* ]]
  [[ $output == *"unset DOCKER_HOST"* ]]
}

# contexts: two of them in a configuration of our own, where the first is in use.
contexts() {
  unset DOCKER_HOST DOCKER_CONTEXT
  export DOCKER_CONFIG=$MAYFLY_LOCAL/docker
  docker context create here --docker host=unix:///run/docker.sock
  docker context create nowhere --docker host=unix:///nowhere.sock
  docker context use here
}

@test "the current Docker context names the engine" {
  contexts
  [ "$("$HERE/engine.sh" host)" = unix:///run/docker.sock ]
  run "$HERE/engine.sh" up
  [ "$status" = 0 ]
  [[ $output == *"in use: unix:///run/docker.sock"* ]]
}

@test "DOCKER_CONTEXT takes precedence over the current context, and DOCKER_HOST over both" {
  contexts
  [ "$(DOCKER_CONTEXT=nowhere "$HERE/engine.sh" host)" = unix:///nowhere.sock ]
  [ "$(DOCKER_CONTEXT=nowhere DOCKER_HOST=unix:///given.sock "$HERE/engine.sh" host)" = unix:///given.sock ]
}

@test "a context without an answer starts no engine elsewhere" {
  contexts
  DOCKER_CONTEXT=nowhere run "$HERE/engine.sh" up
  [ "$status" = 1 ]
  [[ $output == *"no Docker Engine answers at unix:///nowhere.sock"* ]]
  [[ $output == *"docker context use default"* ]]
  [ ! -e "$MAYFLY_LOCAL/run/dockerd.pid" ]
}

@test "a DOCKER_CONTEXT that does not exist is no reason to use another engine" {
  contexts
  DOCKER_CONTEXT=absent run "$HERE/engine.sh" host
  [ "$status" = 1 ]
  [[ $output == *"there is no Docker context absent"* ]]
}

@test "a state directory of root's is reported to a user who can't write to it" {
  mkdir -p "$COPY/.local/run"
  run as_user "$COPY/deploy/local/engine.sh" up
  [ "$status" = 1 ]
  [[ $output == *"belongs to another user"* ]]
}
