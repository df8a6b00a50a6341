# shellcheck shell=bash
# Tools that the tests need and `make up` does not. Missing ones are installed: no test is skipped for want of a tool.

HELM_VERSION=v3.19.4

# check_tools: those of `make check`.
check_tools() {
  JAVA_HOME=$("$HERE/jdk.sh")
  export JAVA_HOME
  has mvn || fail "Maven is needed to build and test" "sudo apt-get install maven    # or from https://maven.apache.org"
  has bats || apt_install bats
  has shellcheck || apt_install shellcheck
  has xmlstarlet || apt_install xmlstarlet
  helm_binary
}

test_tools() {
  step "Tools for the tests"
  check_tools
  has docker-registry || apt_install docker-registry
  has htpasswd || apt_install apache2-utils
  has curl || apt_install curl
  apt_install containerd containernetworking-plugins iptables iproute2 # of the node
  "$HERE/kube.sh" build
  "$HERE/kube.sh" node
  "$HERE/provisioner.sh" build
  say "JDK $JAVA_HOME, docker-registry, htpasswd, bats, shellcheck, curl, xmlstarlet, kube, helm, local-path-provisioner: installed"
}

helm_binary() {
  has helm && return
  find_go helm
  say "building helm $HELM_VERSION from its Go module; once only, about 80 s"
  with_progress "building helm" "$LOG/helm-build.log" \
    env CGO_ENABLED=0 GOBIN="$BIN" go install -trimpath -ldflags '-s -w' "helm.sh/helm/v3/cmd/helm@$HELM_VERSION"
}

# The tests' own API servers: k3s where it can be pulled, else the image of Kubernetes built here.
test_cluster_image() {
  step "Cluster for the tests"
  MAVEN_OPTIONS=()
  if docker image inspect "$K3S_IMAGE" >/dev/null 2>&1 || # absent is an answer
    timeout "$PULL_SECONDS" docker pull -q "$K3S_IMAGE" >>"$LOG/images.log" 2>&1; then
    say "Testcontainers runs $K3S_IMAGE"
  else
    "$HERE/kube.sh" image
    # shellcheck disable=SC2034  # for test.sh
    MAVEN_OPTIONS=(-Dmayfly.test.k3s-image="$KUBE_IMAGE")
    say "$K3S_IMAGE can't be pulled here: Testcontainers runs $KUBE_IMAGE"
  fi
}
