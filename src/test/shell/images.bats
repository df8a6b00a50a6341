#!/usr/bin/env bats
# bats file_tags=engine
# The sample images are what their names promise, wherever they come from.

load helpers

@test "busybox has a shell, its applets on PATH, and runs the command of the samples" {
  run docker run --rm --network none busybox:1.36 sh -c 'cd /tmp && echo a >b && cat b && whoami && which tail'
  [ "$status" = 0 ]
  [[ $output == $'a\nroot\n/'*/tail ]]
}

@test "centos identifies itself, and is not the host's system" {
  run docker run --rm --network none centos:7 bash -c '. /etc/os-release; echo "$ID $VERSION_ID"'
  [ "$output" = "centos 7" ]
  run docker run --rm --network none centos:7 cat /etc/os-release
  [ "$output" != "$(cat /etc/os-release)" ]
}

@test "a stand-in identifies itself" {
  run docker run --rm --network none centos:7 cat /etc/os-release
  [[ $output == *"CentOS Linux"* ]] || [[ $output == *"CentOS stand-in made from"* ]]
}
