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
  prepare_state
  if ! current; then
    find_go Kubernetes
    say "building Kubernetes $KUBERNETES_VERSION from its Go modules; once only, about 5 minutes on 2 cores"
    PROGRESS=packages with_progress "building Kubernetes" "$LOG/kube-build.log" compile
    mv "$KUBE.new" "$KUBE" # whole or not at all
  fi
  link_kubectl
}

compile() { cd "$SOURCE" && CGO_ENABLED=0 go build -v -trimpath -buildvcs=false -ldflags "$(flags)" -o "$KUBE.new" .; }
packages() { echo "$(grep -c '^[a-z]' "$1") packages compiled"; }

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
