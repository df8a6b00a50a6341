#!/usr/bin/env bash
# Builds Kubernetes from its Go modules into .local/bin/kube: minutes the first time, seconds from Go's cache after that.
#   kube.sh build | image
# shellcheck source=deploy/local/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

SOURCE=$HERE/kube

flags() {
  local package
  printf -- '-s -w'
  for package in k8s.io/component-base/version k8s.io/client-go/pkg/version; do
    printf -- ' -X %s.gitVersion=v%s -X %s.gitMajor=1 -X %s.gitMinor=34 -X %s.gitTreeState=clean' \
      "$package" "$KUBERNETES_VERSION" "$package" "$package" "$package"
  done
}

current() { [ -x "$KUBE" ] && [ -z "$(find "$SOURCE" -maxdepth 1 -type f -newer "$KUBE" -print -quit)" ]; }

build() {
  local log=$LOG/kube-build.log start pid next=10 elapsed
  prepare_state
  if ! current; then
    find_go Kubernetes
    say "building Kubernetes $KUBERNETES_VERSION from its Go modules; once only, about 5 minutes on 2 cores"
    start=$(now_ms)
    (cd "$SOURCE" && CGO_ENABLED=0 go build -v -trimpath -buildvcs=false -ldflags "$(flags)" -o "$KUBE.new" .) >"$log" 2>&1 &
    pid=$!
    while kill -0 "$pid" 2>/dev/null; do # its end is what we wait for
      elapsed=$((($(now_ms) - start) / 1000))
      if ((elapsed >= next)); then
        say "building Kubernetes: $(grep -c '^[a-z]' "$log") packages compiled, $elapsed s"
        next=$((elapsed + 10))
      fi
      sleep 0.2
    done
    if ! wait "$pid"; then
      tail -n 15 "$log" >&2
      fail "building Kubernetes failed; all of it is in $log"
    fi
    mv "$KUBE.new" "$KUBE" # whole or not at all
    say "built .local/bin/kube in $(seconds_since "$start") s"
  fi
  link_kubectl
}

# kubectl for people who have none; the scripts use whichever PATH finds first.
link_kubectl() {
  PATH=${PATH//$BIN:/} has kubectl || ln -sf kube "$BIN/kubectl"
}

# The image that stands in for rancher/k3s in tests. `docker import` needs neither BuildKit nor a builder image.
image() {
  local start
  build
  if [ "$(docker image inspect -f '{{.Created}}' "$KUBE_IMAGE" 2>/dev/null)" ] && # absent is an answer
    [ "$(date -d "$(docker image inspect -f '{{.Created}}' "$KUBE_IMAGE")" +%s)" -ge "$(stat -c %Y "$KUBE")" ]; then
    say "$KUBE_IMAGE is there"
    return
  fi
  start=$(now_ms)
  tar -C "$BIN" --owner=0 --group=0 --transform 's#^#bin/#' -c kube |
    docker import -c 'ENV PATH=/bin' -c 'ENV KUBECONFIG=/etc/rancher/k3s/k3s.yaml' -c 'EXPOSE 6443' \
      -c 'ENTRYPOINT ["/bin/kube"]' -c 'CMD ["server"]' - "$KUBE_IMAGE" >/dev/null
  say "made $KUBE_IMAGE in $(seconds_since "$start") s"
}

case ${1:-} in
  build) build ;;
  image)
    DOCKER_HOST=$("$HERE/engine.sh" host)
    export DOCKER_HOST
    image
    ;;
  *) fail "usage: kube.sh build | image" ;;
esac
