# shellcheck shell=bash
# k3s: one that is there already, or rancher/k3s as a privileged container.

CONTAINER=mayfly-k3s-$(printf %s "$LOCAL" | sha256sum | head -c 6) # one per state directory

# k3s_use: K3S_KUBECONFIG or an installed k3s, if it answers.
k3s_use() {
  local given=${K3S_KUBECONFIG:-/etc/rancher/k3s/k3s.yaml}
  if ! [ -r "$given" ]; then
    [ -z "${K3S_KUBECONFIG:-}" ] || fail "K3S_KUBECONFIG=$given can't be read"
    [ ! -e "$given" ] || say "k3s is installed, but $given is not yours to read: use K3S_KUBECONFIG to name a copy"
    return 1
  fi
  link_kubectl_to "$(command -v k3s)"
  install -m 600 "$given" "$KUBECONFIG_FILE"
  if answers; then
    say "in use: the k3s of $given"
    return
  fi
  rm -f "$KUBECONFIG_FILE"
  [ -z "${K3S_KUBECONFIG:-}" ] || fail "the cluster of K3S_KUBECONFIG=$given does not answer" "start it, or: unset K3S_KUBECONFIG"
  say "the k3s of $given does not answer: not used"
  return 1
}

container_up() {
  local start
  start=$(now_ms)
  if container_exists; then
    container_again
  else
    container_first || return 1
  fi
  say "k3s in container $CONTAINER, ready in $(seconds_since "$start") s"
}

container_exists() { docker inspect "$CONTAINER" >/dev/null 2>&1; } # absent is an answer

# One of an earlier run holds a cluster's data: it is never removed here.
container_again() {
  if ! docker start "$CONTAINER" >"$LOG/cluster.log" 2>&1; then
    fail "the container $CONTAINER does not start: $(complaint)" \
      "free what it lacks (who has a port: ss -ltnp), then make up again; or give its cluster up: docker rm -fv $CONTAINER; make down && make up"
  fi
  if ! await 60 "k3s" container_usable; then
    docker logs --tail 15 "$CONTAINER" >&2
    fail "the container $CONTAINER does not become ready" "all it says: docker logs $CONTAINER" \
      "make up again; or give its cluster up: docker rm -fv $CONTAINER; make down && make up"
  fi
}

container_first() {
  local port
  k3s_image || return 1
  port=$(remembered_port cluster 6443)
  # where a privileged container can't be had (too few capabilities ourselves) the engine says so here
  docker run -d --name "$CONTAINER" --privileged --cgroupns host --tmpfs /run --tmpfs /var/run \
    -p "127.0.0.1:$port:6443" "$K3S_IMAGE" server --disable=traefik,servicelb,metrics-server --tls-san=127.0.0.1 \
    >"$LOG/cluster.log" 2>&1 || { container_refused; return 1; }
  await 60 "k3s" container_usable && return
  docker logs --tail 15 "$CONTAINER" >"$LOG/cluster.log" 2>&1
  container_refused
  return 1
}

k3s_image() {
  docker image inspect "$K3S_IMAGE" >/dev/null 2>&1 && return # absent is an answer
  say "pulling $K3S_IMAGE, for $PULL_SECONDS s at most"
  timeout "$PULL_SECONDS" docker pull -q "$K3S_IMAGE" >>"$LOG/images.log" 2>&1 && return
  say "$K3S_IMAGE can't be pulled here"
  return 1
}

complaint() { grep -im 1 error "$LOG/cluster.log" || tail -n 1 "$LOG/cluster.log"; }

# container_refused: the one that this run has made goes again.
container_refused() {
  say "k3s does not run in a container here: $(complaint)"
  docker rm -fv "$CONTAINER" >/dev/null
}

container_usable() {
  local port
  port=$(docker port "$CONTAINER" 6443/tcp | sed 's/.*://') || return "$HOPELESS"
  docker cp "$CONTAINER:/etc/rancher/k3s/k3s.yaml" "$KUBECONFIG_FILE.k3s" || return 1
  (umask 077 && sed "s#https://[^ ]*#https://127.0.0.1:$port#" "$KUBECONFIG_FILE.k3s" >"$KUBECONFIG_FILE")
  rm -f "$KUBECONFIG_FILE.k3s"
  has kubectl || docker cp "$CONTAINER:/bin/k3s" "$BIN/k3s"
  link_kubectl_to "$BIN/k3s"
  usable
}

# k3s is kubectl as well, when called by that name.
link_kubectl_to() { has kubectl || [ ! -x "$1" ] || ln -sf "$1" "$BIN/kubectl"; }

container_down() {
  if container_exists; then
    docker rm -fv "$CONTAINER" >/dev/null
    say "removed the container $CONTAINER"
  fi
  rm -f "$RUN/cluster.port"
}
