#!/usr/bin/env bash
# links.sh [PAGE…]: asks for each page outside of this repository that README.md and docs link to, or those pages. Ends with 1 if one is
# gone (404, 410) or its server is (000: no answer). Another answer is named: it may be that of a server that is out of order for an hour,
# or that does not answer programs.
# shellcheck source=deploy/local/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/local/lib.sh"

PAGES=("$@")
((${#PAGES[@]} > 0)) || PAGES=("$ROOT/README.md" "$ROOT/docs")

# links: once each, without anchors.
links() {
  grep -rhoE --include='*.md' '(\]\(|href="|^\[[[:alnum:]_-]+\]: )https?://[^)"#[:space:]]+' "${PAGES[@]}" | sed -E 's,^.*(\]\(|"|: ),,' | sort -u
}

# asked LINK [OPTION…]: the status of the last answer; 000: none.
asked() { curl -sSL --retry 3 --max-time 60 -o /dev/null -w '%{http_code}' "${@:2}" "$1" 2>>"$LOG/links.log" || true; } # no answer is an answer: 000

prepare_state
has curl || apt_install curl
gone=() unclear=() count=0
while read -r link; do
  count=$((count + 1))
  status=$(asked "$link" --head)
  [[ $status == 2* ]] || status=$(asked "$link") # some know no HEAD
  case $status in
  2*) ;;
  404 | 410 | 000) gone+=("$status $link") ;;
  *) unclear+=("$status $link") ;;
  esac
done < <(links)
((count > 0)) || fail "no page links to another site" "${PAGES[*]}"
((${#gone[@]} == 0)) || fail "pages link to what is gone (000: no answer):" "${gone[@]}"
((${#unclear[@]} == 0)) || say "look at these by hand: ${unclear[*]}"
say "of $count links to other sites none is gone"
