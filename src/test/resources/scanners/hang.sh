#!/bin/sh
# A scanner that starts a child, writes down both process ids, and waits for ever. usage: hang.sh PID-FILE
sleep 1000 &
echo "$$ $!" >"$1.new" && mv "$1.new" "$1"
wait
