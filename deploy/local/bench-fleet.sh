#!/usr/bin/env bash
# make bench-fleet: FleetBench on a cluster and an operator of its own, without any engine.
# shellcheck source=deploy/local/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=deploy/local/simulated.sh
source "$HERE/simulated.sh"

export MAYFLY_CAPACITY_MAX_REPLICAS=300000 MAYFLY_CAPACITY_MAX_REPLICAS_PER_NAMESPACE=300000 MAYFLY_CAPACITY_MAX_PERCENT_PER_NAMESPACE=100
export MAYFLY_ENGINE_LAUNCH_WINDOW=1000
export OPERATOR_HEAP=900m # a fleet is no small installation
simulated_up "$SAMPLE/fleet-engine.yaml"
MAYFLY_LOCAL=$OWN MAYFLY_IS_UP=1 "$HERE/measure.sh" million.FleetBench
