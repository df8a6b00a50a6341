#!/usr/bin/env bats
# bats file_tags=engine
# A standard provisioner on a real node (NODE=1) makes the volume of a claim that only a workload uses.

load helpers

WORKLOAD=keeper
VOLUMES=/opt/local-path-provisioner

setup_file() {
  node_up
  [ ! -e "$VOLUMES" ] || touch "$MAYFLY_LOCAL/volumes-were-there"
  "$HERE/provisioner.sh" up
}

teardown_file() {
  kubectl delete ew,pvc --all --wait --timeout=180s
  eventually no_volume
  "$HERE/provisioner.sh" down
  [ -e "$MAYFLY_LOCAL/volumes-were-there" ] || [ ! -d "$VOLUMES" ] || rmdir "$VOLUMES"
  node_down
}

no_volume() { [ -z "$(kubectl get pv -o name)" ]; }

replica() { docker ps -q --filter "label=mayfly.dev/cluster=$("$HERE/identity.sh")" --filter "label=mayfly.dev/name=$WORKLOAD"; }

claim_is() { [ "$(kubectl get pvc data -o "jsonpath={.$1}")" = "$2" ]; }

# An Event that warns of nothing is written seconds later.
selection_is_told() { kubectl get events | grep "Selected a node for persistentVolumeClaim data"; }

replicas_are() { [ "$(replica | wc -w)" = "$1" ]; }

@test "a claim that waits for its first consumer gets its volume, and the workload starts on it" {
  kubectl apply -f - <<YAML
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec: {accessModes: [ReadWriteOnce], storageClassName: local-path, resources: {requests: {storage: 1Mi}}}
---
apiVersion: mayfly.dev/v1alpha1
kind: EphemeralWorkload
metadata: {name: $WORKLOAD}
spec:
  template:
    image: busybox:1.36
    command: [tail, -f, /dev/null]
    terminationGracePeriodSeconds: 1
    volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]
    volumeMounts: [{name: data, mountPath: /data}]
YAML
  kubectl wait --for=condition=Available "ew/$WORKLOAD" --timeout=180s
  claim_is 'metadata.annotations.volume\.kubernetes\.io/selected-node' node1
  docker exec "$(replica)" sh -c 'echo treasure >/data/file'
  [ "$(cat "$VOLUMES"/*_default_data/file)" = treasure ]
  eventually selection_is_told
}

@test "the data survives scaling to 0 and the claim's deletion waits for the last replica" {
  kubectl scale ew "$WORKLOAD" --replicas=0
  eventually replicas_are 0
  kubectl scale ew "$WORKLOAD" --replicas=1
  eventually replicas_are 1
  [ "$(docker exec "$(replica)" cat /data/file)" = treasure ]

  kubectl delete pvc data --wait=false
  sleep 2 # long enough for a provisioner that nobody holds back
  [ "$(docker exec "$(replica)" cat /data/file)" = treasure ]
  kubectl delete ew "$WORKLOAD" --timeout=180s
  eventually no_volume
  run ls "$VOLUMES"
  [ -z "$output" ] || [ -e "$MAYFLY_LOCAL/volumes-were-there" ]
}
