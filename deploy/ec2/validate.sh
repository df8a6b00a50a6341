#!/usr/bin/env bash
# Checks user-data.yaml by cloud-init's own schema. cloud-init is installed for that, and told to do nothing else on this machine.
# shellcheck source=deploy/local/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/../local/lib.sh"

prepare_state
has cloud-init || {
  mkdir -p /etc/cloud
  touch /etc/cloud/cloud-init.disabled # or it would set this machine up at its next start
  apt_install cloud-init
}
cloud-init schema --config-file "$ROOT/deploy/ec2/user-data.yaml"
