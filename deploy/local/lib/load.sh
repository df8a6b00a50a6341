# shellcheck shell=bash
# Load on a Service, by vegeta.

# renovate: github.com/tsenart/vegeta/v12
VEGETA_VERSION=v12.12.0

load_generator() {
  [ ! -x "$BIN/vegeta" ] || return 0
  find_go "the load generator"
  with_progress "building vegeta" "$LOG/vegeta-build.log" \
    env CGO_ENABLED=0 GOBIN="$BIN" go install -trimpath -ldflags '-s -w' "github.com/tsenart/vegeta/v12@$VEGETA_VERSION"
}

# answers FILE: a line for each request: when it was sent, in nanoseconds; the code of its answer, 0 without one; how long it took.
answers() { vegeta encode --to=csv "$1" | cut -d , -f 1-3 | tr , ' '; }

# lost FILE: how many requests have no answer of 200.
lost() { answers "$1" | awk '$2 != 200 { lost++ } END { print lost + 0 }'; }
