#!/usr/bin/env bats
# Processes known by their pid file.

setup() {
  MAYFLY_LOCAL=$(mktemp -d /tmp/mayfly-test.XXXXXX)
  mkdir -p "$MAYFLY_LOCAL/run" "$MAYFLY_LOCAL/log"
  export MAYFLY_LOCAL
  # shellcheck source=deploy/local/lib.sh
  source "$BATS_TEST_DIRNAME/../../../deploy/local/lib.sh"
  # A thousand execs one after another, so that looks meet some of them half-way.
  cat >"$MAYFLY_LOCAL/execs" <<'SH'
#!/bin/sh
[ "$2" = 0 ] && exec sleep 300
exec "$0" "$1" $(($2 - 1))
SH
  chmod +x "$MAYFLY_LOCAL/execs"
}

teardown() {
  stop looked-at "" >/dev/null
  rm -rf "$MAYFLY_LOCAL"
}

@test "a process in the middle of an exec is alive" {
  daemon looked-at "$MAYFLY_LOCAL/execs" mayfly-test 1000
  for look in {1..200}; do
    alive looked-at "mayfly-test\|sleep" || { echo "not alive at look $look" && return 1; }
  done
}

@test "one that has ended, and one that is not yet collected, are not" {
  daemon looked-at true
  ended "$(cat "$RUN/looked-at.pid")"
  run alive looked-at ""
  [ "$status" != 0 ]
}

ended() {
  until ! [ -e "/proc/$1/exe" ]; do sleep 0.01; done
}

@test "a port is in use at whatever address a program listens" {
  # shellcheck disable=SC2016  # perl's own
  perl -MIO::Socket::INET -e 'my $server = IO::Socket::INET->new(LocalAddr => "127.0.0.2", Listen => 1) or exit 1;
    open(my $port, ">", $ARGV[0]); print $port $server->sockport; close($port); sleep 60' "$MAYFLY_LOCAL/port" 3>&- &
  until [ -s "$MAYFLY_LOCAL/port" ]; do sleep 0.01; done
  listens "$(<"$MAYFLY_LOCAL/port")"
  kill $!
  wait $! || true # it was ended
  run listens "$(<"$MAYFLY_LOCAL/port")"
  [ "$status" != 0 ]
}
