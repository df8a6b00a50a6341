# shellcheck shell=bash
# With HELM=1: what only an operator that reaches its engine's host can do, done by one that is a Pod.

pod() {
  heading "The operator is a Pod"
  show "kubectl -n mayfly-system get pods -o custom-columns=POD:.metadata.name,NODE:.spec.nodeName,IMAGE:.spec.containers[0].image"
  silently "helm test mayfly -n mayfly-system --timeout 2m"
}

# exact: the audit of web compares the layers themselves, and found nothing yet. Its reason would be Inexact else.
exact() {
  await 60 "an exact audit" is_clean || fail "the audit is not exact" "kubectl describe ew web"
  say "Its audit is exact: the layers themselves are compared."
}

is_clean() { [ "$(kubectl get ew web -o jsonpath='{.status.conditions[?(@.type=="Ephemeral")].reason}')" = Clean ]; }

# collect: an image that a task needed is removed, once nothing needs it and a policy says so.
collect() {
  local image start
  heading "An image that nothing needs is collected"
  registry_up
  image=127.0.0.1:$(cat "$RUN/registry.port")/demo/tool:1
  {
    printf 'FROM busybox:1.36\nLABEL made=%s\n' "$(now_ms)" | docker build -q -t "$image" -
    docker push -q "$image"
    docker image rm "$image"
  } >>"$LOG/demo.log"
  run_tool "$image"
  show "docker image ls --format '{{.Repository}}:{{.Tag}}' $image"
  start=$(now_ms)
  kubectl apply -f - <<YAML | below
apiVersion: mayfly.dev/v1alpha1
kind: ImagePolicy
metadata: {name: demo}
spec:
  match: {namespaces: ["*"], images: ["${image%:1}"]}
  retention: {maxTotalSize: 1, keepLast: 0, minAgeSeconds: 0}
YAML
  await 90 "the collection" collected || fail "$image was not collected" "kubectl describe imagepolicy demo"
  record "collected" "$start"
  show "docker image ls -q $image | wc -l"
  show "kubectl get imagepolicy demo -o jsonpath='{.status.reclaimed.images} image, {.status.reclaimed.size}'"
  kubectl delete imagepolicy demo >/dev/null
  stop registry "docker-registry serve"
}

run_tool() {
  kubectl apply -f - >/dev/null <<YAML
apiVersion: mayfly.dev/v1alpha1
kind: EphemeralTask
metadata: {name: tool}
spec: {template: {image: "$1", command: ["true"]}}
YAML
  kubectl wait --for=condition=Complete et/tool --timeout=60s >/dev/null
  kubectl delete et/tool >/dev/null
}

collected() { [ "$(kubectl get imagepolicy demo -o jsonpath='{.status.reclaimed.images}')" = 1 ]; }

# registry_up: one of this machine's, for as long as it is shown.
registry_up() {
  local port
  apt_install docker-registry
  port=$(remembered_port registry 5005)
  mkdir -p "$LOCAL/helm/registry"
  printf 'version: 0.1\nstorage: {filesystem: {rootdirectory: %s}}\nhttp: {addr: 127.0.0.1:%s}\n' "$LOCAL/helm/registry" "$port" \
    >"$LOCAL/helm/registry.yaml"
  daemon registry docker-registry serve "$LOCAL/helm/registry.yaml"
  await 20 "the registry" registry_answers "$port" || fail "the registry does not answer" "see $LOG/registry.log"
}

registry_answers() { [ "$(http_status "$1" /v2/)" = 200 ]; }
