# shellcheck shell=bash
# Things with a cluster's marks that no operator made.

# planted_container CLUSTER NAME OWNER_UID [KIND]: with all the labels of the replica default/web-0, whatever its name.
planted_container() {
  docker create --name "$2" --label mayfly-test --label "mayfly.dev/cluster=$1" --label mayfly.dev/namespace=default \
    --label "mayfly.dev/kind=${4:-EphemeralWorkload}" --label mayfly.dev/name=web --label mayfly.dev/slot=0 --label mayfly.dev/attempt=1 \
    --label "mayfly.dev/owner-uid=$3" --label mayfly.dev/revision=0 --label mayfly.dev/failures=0 --label mayfly.dev/restarts=0 \
    --label mayfly.dev/not-before=2026-01-01T00:00:00Z --label mayfly.dev/ephemerality=Off --label mayfly.dev/cpu-millis=0 \
    --label mayfly.dev/memory-bytes=0 busybox:1.36
}

# planted_network CLUSTER: of the namespace default.
planted_network() {
  docker network create --label "mayfly.dev/cluster=$1" --label mayfly.dev/namespace=default "mayfly_$1_default"
}

# planted_volume CLUSTER NAME POLICY: of the namespace default.
planted_volume() {
  docker volume create --label "mayfly.dev/cluster=$1" --label mayfly.dev/namespace=default \
    --label "mayfly.dev/reclaim-policy=$3" "mayfly_$1_default_$2"
}

# planted_image NAME: one of its own; prints its id.
planted_image() { printf '%s' "$1" | tar -c --transform "s,.*,$RANDOM," -f - /dev/stdin 2>/dev/null | docker import - "$1"; }

# pulled_by CLUSTER NAME: makes an image, and says in the cluster that its operator pulled it.
pulled_by() {
  local id
  id=$(planted_image "$2")
  kubectl apply -f - <<YAML
apiVersion: v1
kind: ConfigMap
metadata:
  name: leftovers-images
  namespace: mayfly-system
  labels: {mayfly.dev/cluster: "$1"}
  annotations: {mayfly.dev/engine: "$(docker info --format '{{.ID}}')"}
data:
  images: |
    {"id":"$id","references":["$2"],"pulledAt":"2026-01-01T00:00:00Z","usedAt":"2026-01-01T00:00:00Z","access":[]}
YAML
}
