#!/bin/sh
# A scanner that prints its arguments, each in brackets, and fails.
for argument in "$@"; do printf '[%s]' "$argument"; done
exit 3
