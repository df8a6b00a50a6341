#!/usr/bin/env bash
# Runs `make demo` and keeps what it prints: docs/transcript/demo.txt, and demo.svg for the README, whose lines appear as fast as they are read.
# shellcheck source=deploy/local/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

RICH=rich==15.0.0 # draws a terminal's text as SVG
VENV=$LOCAL/transcript
KEPT=$ROOT/docs/transcript

tools() {
  [ ! -x "$VENV/bin/python" ] || return 0
  prepare_state
  python3 -c 'import ensurepip' 2>/dev/null || apt_install python3 python3-venv # absent is an answer
  python3 -m venv "$VENV.new"
  with_progress "installing $RICH" "$LOG/transcript.log" "$VENV.new/bin/python" -m pip install --quiet "$RICH"
  mv "$VENV.new" "$VENV" # whole or not at all
}

# Hides the directory of the clone on this machine.
anywhere() { sed -u "s#$LOCAL#~/mayfly/.local#g; s#$ROOT#~/mayfly#g; s# *\$##"; }

draw() {
  "$VENV/bin/python" - "$1" "$2" <<'PYTHON'
import io, re, sys
from pathlib import Path
from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console
from rich.text import Text

STYLES = {r"^\d+\. .*": "bold cyan", r"^Seconds$": "bold", r"^ +\$ .*": "green"}
SECONDS_PER_WORD = 60 / 220
lines = Path(sys.argv[1]).read_text().splitlines()
console = Console(record=True, file=io.StringIO(), width=min(120, max(map(len, lines))))
appearances, seconds = [], 0
for line in lines:
    text = Text(line)
    for pattern, style in STYLES.items():
        text.highlight_regex(pattern, style)
    console.print(text)
    # A line comes when those before it have been read; a long one takes several rows.
    appearances += [seconds] * len(text.wrap(console, console.width) or [text])
    seconds += SECONDS_PER_WORD * len(line.split())
hidden = "".join(
    f'[clip-path="url(#demo-line-{row})"] {{{{ animation: demo-hidden {at:.1f}s step-end; }}}}\n'
    for row, at in enumerate(appearances)
    if at
)
motion = f"""@keyframes demo-hidden {{{{ from {{{{ visibility: hidden; }}}} }}}}
@media (prefers-reduced-motion: no-preference) {{{{ {hidden} }}}}
"""
# A picture in a README loads no fonts.
picture = re.sub(r"@font-face \{\{.*?\}\}", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL).replace("</style>", motion + "</style>")
console.save_svg(sys.argv[2], title="make demo", code_format=picture, unique_id="demo")
PYTHON
}

tools
mkdir -p "$KEPT"
make -C "$ROOT" --no-print-directory up >"$LOG/demo-up.log" 2>&1 # how far that comes is not the story
make -C "$ROOT" --no-print-directory demo 2>&1 | anywhere | tee "$LOG/demo.txt"
# Only of a demo that went well; without the progress that a slow machine shows.
grep -vE '^ +(… |make up: )' "$LOG/demo.txt" | cat -s | sed "1{/^$/d}" >"$KEPT/demo.txt"
draw "$KEPT/demo.txt" "$KEPT/demo.svg"
say "wrote docs/transcript/demo.txt and demo.svg"
