#!/usr/bin/env bats
# All shell of this repository.
# Takes about 10 s.

load helpers

@test "shellcheck finds nothing" {
  cd "$ROOT"
  shellcheck -x .ci/run deploy/*.sh deploy/*/*.sh deploy/*/*/*.sh src/test/shell/*.bats src/test/shell/*.bash
}

@test "make help names every target" {
  run make -C "$ROOT" --no-print-directory
  read -ra targets <<<"$(sed -n 's/^\.PHONY: //p' "$ROOT/Makefile")"
  for target in "${targets[@]}"; do [[ $output == *"make $target "* ]]; done
}

# Not of the two main packages: they name Kubernetes' programs and do nothing else, and vet would look at all of Kubernetes first.
# `kube.sh build` and `kube.sh node` compile them.
@test "Go's formatter and vet find nothing" {
  # shellcheck source=/dev/null
  source "$HERE/lib.sh"
  find_go "the checks"
  cd "$HERE/kube"
  [ -z "$(gofmt -l .)" ]
  go vet ./server ./multicall ./held ./pause
}
