# shellcheck shell=bash
# `docker run --rm`, as a resource: the quickest thing there is to show.

hello() {
  local start
  heading "docker run --rm, as a resource"
  show "cat deploy/samples/hello.yaml"
  start=$(now_ms)
  show "kubectl apply -f deploy/samples/hello.yaml"
  show "kubectl wait --for=condition=Complete et/hello --timeout=60s"
  took "a task: kubectl apply → Complete" "$start"
  show "kubectl get et hello"
  explain "What it said stays in its status; of its container nothing does:"
  show "kubectl get et hello -o jsonpath='{.status.results[0].message}{\"\n\"}'"
  await 20 "the container's end" no_container hello || fail "a container of hello is left" "docker ps -a"
  show "docker ps -aq $(only hello) | wc -l"
  show "kubectl delete et hello"
}

# no_container NAME: none of it is left, in whatever state.
no_container() { [ -z "$(of "$1" -aq)" ]; }
