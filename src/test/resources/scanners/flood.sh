#!/bin/sh
# A scanner that never stops printing.
exec yes
