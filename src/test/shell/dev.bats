#!/usr/bin/env bats
# make dev, with a stand-in for Maven that notes how it is called, and is asked once over HTTP as Quarkus' dev mode is.

load helpers

setup() {
  own_state
  echo "a cluster" >"$KUBECONFIG"
  mkdir "$MAYFLY_LOCAL/stand-in"
  cat >"$MAYFLY_LOCAL/stand-in/mvn" <<'PERL'
#!/usr/bin/perl
use IO::Socket::INET;
open(my $noted, ">", "$ENV{MAYFLY_LOCAL}/mvn"); print $noted "$ENV{KUBECONFIG} @ARGV\n"; close($noted);
alarm(120);
my $server = IO::Socket::INET->new(LocalAddr => "127.0.0.1", LocalPort => $ENV{QUARKUS_HTTP_PORT}, Listen => 1, ReuseAddr => 1) or exit 1;
my $client = $server->accept;
open(my $look, ">", "$ENV{MAYFLY_LOCAL}/look"); print $look scalar <$client>;
PERL
  chmod +x "$MAYFLY_LOCAL/stand-in/mvn"
  PATH=$MAYFLY_LOCAL/stand-in:$PATH
}

teardown() { rm -rf "$MAYFLY_LOCAL"; }

@test "dev mode runs against the cluster of make up, is asked for changed files, and ends with Maven" {
  "$HERE/dev.sh" >"$MAYFLY_LOCAL/out" 3>&-
  [[ $(<"$MAYFLY_LOCAL/mvn") == "$KUBECONFIG "*"quarkus:dev -Dquarkus.args=operator"* ]]
  [[ $(<"$MAYFLY_LOCAL/look") == "GET /q/health/live "* ]]
}
