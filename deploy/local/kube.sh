#!/usr/bin/env bash
# Builds Kubernetes from its Go modules: .local/bin/kube (control plane, kubectl) and .local/bin/kube-node (scheduler, kubelet,
# kube-proxy). Minutes the first time, seconds from Go's cache after that.
#   kube.sh build | node | image
# shellcheck source=deploy/local/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

SOURCE=$HERE/kube
UNBUILT=$LOG/kube-packages # a line for each file to compile: its size and its package

# The same flags for every build and check: with others Go's cache would not know a single package.
FLAGS=(-trimpath -buildvcs=false)
export CGO_ENABLED=0

link_flags() {
  local package
  printf -- '-s -w'
  for package in k8s.io/component-base/version k8s.io/client-go/pkg/version; do
    printf -- ' -X %s.gitVersion=v%s -X %s.gitMajor=1 -X %s.gitMinor=34 -X %s.gitTreeState=clean' \
      "$package" "$KUBERNETES_VERSION" "$package" "$package" "$package"
  done
}

current() { [ -x "$1" ] && [ -z "$(find "$SOURCE" -type f -newer "$1" -print -quit)" ]; }

# binary FILE PACKAGE WHAT: builds it where its sources are newer.
binary() {
  prepare_state
  ! current "$1" || return 0
  find_go "$3"
  rm -f "$UNBUILT"
  PROGRESS=still_to_go with_progress "building $3 $KUBERNETES_VERSION" "$LOG/kube-build.log" compile "$1.new" "$2"
  mv "$1.new" "$1" # whole or not at all
}

# compile FILE PACKAGE: with room for garbage, since the compiler runs for seconds only; up to a limit that small machines have.
compile() {
  cd "$SOURCE"
  unbuilt "$2" >"$UNBUILT.new"
  mv "$UNBUILT.new" "$UNBUILT"
  GOGC=400 GOMEMLIMIT=1500MiB go build -v "${FLAGS[@]}" -ldflags "$(link_flags)" -o "$1" "$2"
}

# unbuilt PACKAGE: downloads the modules, and lists what Go's cache does not have.
unbuilt() {
  local files
  files=$(go list -deps "${FLAGS[@]}" -f '{{if .Stale}}{{range .GoFiles}}{{$.Dir}}/{{.}}{{"\t"}}{{$.ImportPath}}{{"\n"}}{{end}}{{end}}' "$1")
  paste -d ' ' <(cut -f 1 <<<"$files" | tr '\n' '\0' | xargs -0 stat -c %s) <(cut -f 2 <<<"$files")
}

# still_to_go LOGFILE: how far the build has come, by the size of the packages that Go has begun to compile, and how long the rest
# takes at this pace.
still_to_go() {
  if ! [ -s "$UNBUILT" ]; then
    echo "downloading modules"
    return
  fi
  awk -v seconds="$(($(date +%s) - $(stat -c %Y "$UNBUILT")))" '
    NR == FNR { size[$2] += $1; all += $1; next }
    $1 in size && !($1 in begun) { begun[$1]; count++; done += size[$1] }
    END {
      printf "%d of %d packages", count, length(size)
      if (count == length(size)) printf ", linking"
      else if (seconds >= 20 && done > 0) printf ", about %d s to go", seconds * (all - done) / done
    }' "$UNBUILT" "$1"
}

build() {
  binary "$KUBE" . "the control plane of Kubernetes"
  link_kubectl
}

node() { binary "$KUBE_NODE" ./node "the node's part of Kubernetes"; }

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
  build | node) "$1" ;;
  image)
    DOCKER_HOST=$("$HERE/engine.sh" host)
    export DOCKER_HOST
    image
    ;;
  *) fail "usage: kube.sh build | node | image" ;;
esac
