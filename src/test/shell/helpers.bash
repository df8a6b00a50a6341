# shellcheck shell=bash
# A state directory of its own for each file of stories; the engine is the machine's, and stays.

ROOT=$(cd "$BATS_TEST_DIRNAME/../../.." && pwd)
# shellcheck disable=SC2034  # for the stories
HERE=$ROOT/deploy/local
BIN=$ROOT/.local/bin # built once for all

# own_state [DIRECTORY]: a new one, or else that one.
own_state() {
  MAYFLY_LOCAL=${1:-$(mktemp -d /tmp/mayfly-test.XXXXXX)}
  mkdir -p "$BIN" "$MAYFLY_LOCAL/run" "$MAYFLY_LOCAL/log"
  ln -sfn "$BIN" "$MAYFLY_LOCAL/bin"
  export MAYFLY_LOCAL MAYFLY_PULL_SECONDS=2 KUBECONFIG=$MAYFLY_LOCAL/kubeconfig PATH=$BIN:$PATH
  unset MAYFLY_LOCKED K3S_KUBECONFIG
}

drop_state() {
  make_quietly down
  rm -rf "$MAYFLY_LOCAL"
}

# node_up: a cluster with a node. Files that run one after the other share it, in the directory MAYFLY_NODE_STATE.
node_up() {
  own_state "${MAYFLY_NODE_STATE:-}"
  [ ! -d "$MAYFLY_LOCAL/node" ] || return 0
  iptables-save | grep -v '^#' | sed 's/\[.*//' | sort >"$MAYFLY_LOCAL/rules.before"
  make_quietly up NODE=1
}

node_down() { [ -n "${MAYFLY_NODE_STATE:-}" ] || drop_state; }

# quietly COMMAND…: shows its output only when it fails.
quietly() {
  local output
  output=$("$@" 2>&1) || { echo "$output" && return 1; }
}

make_quietly() { quietly make -C "$ROOT" --no-print-directory "$@"; }

pid_of() { cat "$MAYFLY_LOCAL/run/$1.pid"; }

operators() { pgrep -fc -- "-jar $MAYFLY_LOCAL/operator/quarkus-run.jar"; }

# within SECONDS COMMAND…: the command succeeds before they are over. The longer it lasts the more seldom it looks: a look by kubectl
# takes 0.1 s of CPU time.
within() {
  local limit=$1 end=$((SECONDS + $1)) tenths=1
  shift
  until "$@"; do
    ((SECONDS < end)) || { echo "not within $limit s: $*" && return 1; }
    sleep "0.$tenths"
    ((tenths == 4)) || tenths=$((tenths + 1))
  done
}

eventually() { within 120 "$@"; }

ended() { [ ! -r "/proc/$1/cmdline" ] || [ -z "$(tr -d '\0' <"/proc/$1/cmdline")" ]; }

# kill_hard NAME: by its pid file; returns when it has ended.
kill_hard() {
  local pid
  pid=$(pid_of "$1")
  kill -KILL "$pid"
  eventually ended "$pid"
}

# containers_of CLUSTER: how many, in any state.
containers_of() { docker ps -aq --filter "label=mayfly.dev/cluster=$1" | wc -l; }
networks_of() { docker network ls -q --filter "label=mayfly.dev/cluster=$1" | wc -l; }

apply_workload() {
  kubectl apply -f - <<YAML
apiVersion: mayfly.dev/v1alpha1
kind: EphemeralWorkload
metadata: {name: $1}
spec:
  replicas: $2
  template: {image: "busybox:1.36", command: [tail, -f, /dev/null], terminationGracePeriodSeconds: 1}
YAML
}

runs() { [ "$(docker ps -q --filter "label=mayfly.dev/cluster=$1" --filter "label=mayfly.dev/name=$2" | wc -l)" = "$3" ]; }

# listen PORT: a stranger takes it for ten minutes.
listen() {
  perl -MIO::Socket::INET -e 'my $s = IO::Socket::INET->new(LocalPort => $ARGV[0], Listen => 9, ReuseAddr => 1) or exit 1; sleep 600' \
    "$1" </dev/null >/dev/null 2>&1 3>&- &
  eventually bash -c "exec 4<>/dev/tcp/127.0.0.1/$1"
}
