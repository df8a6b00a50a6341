# shellcheck shell=bash
# Tools that the tests need and `make up` does not. Missing ones are installed: no test is skipped for want of a tool.

# renovate: helm.sh/helm/v3
HELM_VERSION=v3.19.4
# renovate: github.com/yannh/kubeconform
KUBECONFORM_VERSION=v0.7.0
# renovate: sigs.k8s.io/kwok
KWOK_VERSION=v0.8.0

# check_tools: those of `make check`.
check_tools() {
  check_packages
  chart_tools
}

check_packages() {
  JAVA_HOME=$("$HERE/jdk.sh")
  export JAVA_HOME
  has mvn || fail "Maven is needed to build and test" "sudo apt-get install maven    # or from https://maven.apache.org"
  has bats || apt_install bats
  has shellcheck || apt_install shellcheck
  has xmlstarlet || apt_install xmlstarlet
  has gpg || apt_install gnupg
  has curl || apt_install curl
}

chart_tools() {
  chart_packages
  chart_programs
}

chart_packages() {
  has jq || apt_install jq
  has yq || apt_install yq # of Debian: jq for YAML
}

chart_programs() {
  helm_binary
  go_binary kubeconform "github.com/yannh/kubeconform/cmd/kubeconform@$KUBECONFORM_VERSION"
  prometheus_binaries
}

test_tools() {
  test_packages
  test_programs
}

test_packages() {
  step "Tools for the tests"
  check_packages
  chart_packages
  has docker-registry || apt_install docker-registry
  has htpasswd || apt_install apache2-utils
  has zsh || apt_install zsh
  apt_install containerd containernetworking-plugins iptables iproute2 # of the node
  has cloud-init || "$ROOT/deploy/ec2/validate.sh" # the stories' machines, which it is needed on, have no way out
  say "JDK $JAVA_HOME, docker-registry, htpasswd, bats, shellcheck, curl, zsh, xmlstarlet, jq, yq, cloud-init: installed"
}

# test_programs: what is built from Go modules, and Prometheus.
test_programs() {
  chart_programs
  "$HERE/kube.sh" build
  kwok_nodes
  "$HERE/provisioner.sh" build
  say "kube, helm, prometheus, kwok, local-path-provisioner: installed"
}

# kwok_nodes: what nodes without machines need, a scheduler and KWOK.
kwok_nodes() {
  "$HERE/kube.sh" node
  go_binary kwok "sigs.k8s.io/kwok/cmd/kwok@$KWOK_VERSION"
}

helm_binary() { go_binary helm "helm.sh/helm/v3/cmd/helm@$HELM_VERSION"; }

# go_binary NAME MODULE: from its module, where the system has none; helm takes about 80 s, once.
go_binary() {
  has "$1" && return
  find_go "$1"
  with_progress "building $1 from its Go module" "$LOG/$1-build.log" env CGO_ENABLED=0 GOBIN="$BIN" go install -trimpath -ldflags '-s -w' "$2"
}

# prometheus_binaries: prometheus and promtool alone, since the package would start a server.
prometheus_binaries() {
  has prometheus && has promtool && return
  has apt-get || fail "prometheus and promtool are needed and this system has no apt-get" "put them on the PATH: https://prometheus.io/download"
  with_progress "fetching prometheus from its package" "$LOG/prometheus.log" fetch_prometheus
}

fetch_prometheus() (
  directory=$(mktemp -d "$LOCAL/prometheus.XXXXXX")
  trap 'rm -rf "$directory"' EXIT
  cd "$directory" || exit
  apt-get -q download prometheus || { apt-get -q update && apt-get -q download prometheus; }
  dpkg-deb -x prometheus_*.deb .
  mv usr/bin/prometheus usr/bin/promtool "$BIN"
)

# The tests' own API servers: k3s where it can be pulled, else the image of Kubernetes built here.
test_cluster_image() {
  step "Cluster for the tests"
  MAVEN_OPTIONS=() CLUSTER_IMAGE=$K3S_IMAGE
  if docker image inspect "$K3S_IMAGE" >/dev/null 2>&1 || # absent is an answer
    timeout "$PULL_SECONDS" docker pull -q "$K3S_IMAGE" >>"$LOG/images.log" 2>&1; then
    say "Testcontainers runs $K3S_IMAGE"
  else
    "$HERE/kube.sh" image
    # shellcheck disable=SC2034  # for the scripts that source this one
    MAVEN_OPTIONS=(-Dmayfly.test.k3s-image="$KUBE_IMAGE") CLUSTER_IMAGE=$KUBE_IMAGE
    say "$K3S_IMAGE can't be pulled here: Testcontainers runs $KUBE_IMAGE"
  fi
  # Ryuk and Testcontainers' tiny image would be pulled; the engine is on this host.
  export TESTCONTAINERS_RYUK_DISABLED=true TESTCONTAINERS_TINYIMAGE_CONTAINER_IMAGE=busybox:1.36 TESTCONTAINERS_HOST_OVERRIDE=localhost
}

# engine29_up [IMAGE…]: starts Docker Engine 29 with what its tests need, and these.
engine29_up() { "$HERE/engine29.sh" up busybox:1.36 busybox:latest centos:7 "$CLUSTER_IMAGE" "$@"; }

# mvn_of_engine29 ARGUMENT…: mvn where Docker Engine 29 is the engine; offline, since its machine has no way out.
mvn_of_engine29() { "$HERE/engine29.sh" run mvn -o "$@"; }
