#!/bin/sh
# A scanner that prints a document. usage: print.sh DOCUMENT [EXIT-CODE]
cat "$1"
exit "${2:-0}"
