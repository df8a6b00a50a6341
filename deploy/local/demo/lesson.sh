# shellcheck shell=bash
# What is written in a replica is that replica's, and goes with it.

lesson() {
  local one other next start one_name other_name
  one=$(running web 0) other=$(running web 1)
  one_name=$(name_of "$one") other_name=$(name_of "$other")
  heading "A folder and a file made in one replica"
  explain "A container has a file system of its own, thrown away with it. Mayfly makes the image's part of it read-only," \
    "so that nobody starts to rely on what is written there; /tmp is scratch space for the replica's own use."
  show_refused "docker exec $one_name mkdir /my-folder"
  show "docker exec $one_name sh -c 'mkdir /tmp/my-folder && echo hello >/tmp/my-folder/my-file && find /tmp'"
  explain "The same place in another replica of the same image:"
  show "docker exec $other_name find /tmp"
  explain "And in the successor of the first, once that is destroyed:"
  start=$(now_ms)
  show "docker rm -f $one_name"
  next=$(successor web 0 "$one")
  took "docker rm -f → successor running" "$start"
  show "docker exec $(name_of "$next") find /tmp"
}
