#!/usr/bin/env bash
# Prints docs/reference/values.md: the chart's values, with their defaults and what values.yaml says about them.
set -euo pipefail

cat <<'MD'
# Values of the Helm chart

<!-- Generated from helm/mayfly/values.yaml by deploy/manifests/values.sh. -->

`helm install --set NAME=VALUE` or `-f FILE` changes them; a name or type that `values.schema.json` does not know is refused.

| Value | Default | Meaning |
|---|---|---|
MD
awk '
  function row() {
    if (name == "" || value text == "") { name = ""; return }
    gsub(/\|/, "\\|", text)
    gsub(/</, "\\&lt;", text)
    printf "| `%s` | %s | %s |\n", name, (value == "" ? "" : "`" value "`"), text
    name = ""
  }
  /^ *#/ { row(); sub(/^ *# ?/, ""); comment = comment (comment == "" ? "" : " ") $0; next }
  /^ *[a-zA-Z]+:/ {
    row()
    indent = match($0, /[^ ]/) - 1
    key = $0
    sub(/^ */, "", key)
    value = key
    sub(/:.*/, "", key)
    sub(/^[a-zA-Z]+: */, "", value)
    depth[indent] = key
    name = indent == 0 ? key : indent == 2 ? depth[0] "." key : depth[0] "." depth[2] "." key
    text = comment; comment = ""
    folded = value == ">-"
    if (folded) value = ""
    next
  }
  /^ *- / { sub(/^ *- */, ""); value = value (value == "" ? "" : ", ") $0; next }
  folded && /[^ ]/ { sub(/^ */, ""); value = value (value == "" ? "" : " ") $0; next }
  END { row() }
' "$(dirname "${BASH_SOURCE[0]}")/../../helm/mayfly/values.yaml"
