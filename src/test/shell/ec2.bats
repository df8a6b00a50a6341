#!/usr/bin/env bats
# The installation on an EC2 instance, as far as it goes without one: stand-ins note what they are asked.

load helpers

setup() {
  own_state
  export MAYFLY_K3S_DIRECTORY=$MAYFLY_LOCAL/k3s MAYFLY_SETTINGS=$MAYFLY_LOCAL/settings
  echo ADMIN=somebody >"$MAYFLY_SETTINGS"
  CLONE=$MAYFLY_LOCAL/clone
  mkdir -p "$CLONE/deploy/local/lib" "$CLONE/deploy/image"
  cp -r "$ROOT/helm" "$CLONE/"
  cp -r "$ROOT/deploy/ec2" "$ROOT/deploy/samples" "$CLONE/deploy/"
  cp "$HERE/lib.sh" "$CLONE/deploy/local/"
  cp "$HERE"/lib/* "$CLONE/deploy/local/lib/"
  local name
  for name in "$CLONE/deploy/local/cli.sh" "$CLONE/deploy/image/build.sh" "$MAYFLY_LOCAL/stand-in/"{systemctl,usermod,docker,k3s}; do
    mkdir -p "${name%/*}"
    # shellcheck disable=SC2016  # the stand-in's own
    printf '#!/bin/sh\necho "${0##*/} $*" >>"$MAYFLY_LOCAL/asked"\n[ "$*" != "kubectl version -o json" ] || echo "{}"\n' >"$name"
    chmod +x "$name"
  done
  printf '#!/bin/sh\necho 0\n' >"$MAYFLY_LOCAL/stand-in/id" # as root, which it need not be here
  chmod +x "$MAYFLY_LOCAL/stand-in/id"
  PATH=$MAYFLY_LOCAL/stand-in:$PATH
}

teardown() { rm -rf "$MAYFLY_LOCAL"; }

@test "the user data keeps cloud-init's schema" {
  quietly "$ROOT/deploy/ec2/validate.sh"
}

@test "a list where the schema wants a word is found" {
  cp -r "$ROOT/deploy/ec2" "$MAYFLY_LOCAL/ec2"
  sed 's/^final_message: .*/final_message: [1]/' "$ROOT/deploy/ec2/user-data.yaml" >"$CLONE/deploy/ec2/user-data.yaml"
  run "$CLONE/deploy/ec2/validate.sh"
  [[ $status = 1 && $output == *"final_message: [1] is not of type 'string'"* ]]
}

@test "its commands are valid shell, and end in the installer" {
  yq -r '.runcmd[0][2]' "$ROOT/deploy/ec2/user-data.yaml" | bash -n
  [ "$(yq -r '.runcmd[1][0]' "$ROOT/deploy/ec2/user-data.yaml")" = /opt/mayfly/deploy/ec2/install.sh ]
  [ -x "$ROOT/deploy/ec2/install.sh" ]
}

@test "the installer sets up Docker, image and chart, and does so again" {
  quietly "$CLONE/deploy/ec2/install.sh"
  quietly "$CLONE/deploy/ec2/install.sh"
  grep -q '^systemctl enable --now docker$' "$MAYFLY_LOCAL/asked"
  grep -q '^usermod -aG docker somebody$' "$MAYFLY_LOCAL/asked"
  grep -q "^k3s ctr images import $CLONE/target/image/operator.tar$" "$MAYFLY_LOCAL/asked"
  [ "$(grep -c '^cli.sh install$' "$MAYFLY_LOCAL/asked")" = 2 ]
  mkdir "$MAYFLY_LOCAL/chart"
  yq -r 'select(.kind == "HelmChart").spec.chartContent' "$MAYFLY_K3S_DIRECTORY/server/manifests/mayfly.yaml" | base64 -d | tar -C "$MAYFLY_LOCAL/chart" -xzf -
  diff -r "$ROOT/helm/mayfly" "$MAYFLY_LOCAL/chart/mayfly"
}
