#!/usr/bin/env bash
# make site: the pages as a site in target/site/html, for a web server or file://. Fails for a link or an anchor that leads nowhere.
# shellcheck source=deploy/local/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/../local/lib.sh"

SITE=$ROOT/target/site
PAGES=$SITE/pages
VENV=$LOCAL/site
REQUIREMENTS=$ROOT/deploy/site/requirements.txt

install_mkdocs() {
  ! cmp -s "$REQUIREMENTS" "$VENV/requirements.txt" || return 0
  python3 -c 'import ensurepip' 2>/dev/null || apt_install python3-venv
  rm -rf "$VENV"
  with_progress "installing MkDocs Material from PyPI" "$LOG/site-install.log" fetch_mkdocs
  cp "$REQUIREMENTS" "$VENV/requirements.txt"
}

fetch_mkdocs() { python3 -m venv "$VENV" && "$VENV/bin/pip" install --disable-pip-version-check -r "$REQUIREMENTS"; }

# Pages and what they link to lie as in the repository, so that links work in both.
stage() {
  rm -rf "$SITE"
  mkdir -p "$PAGES"
  cd "$ROOT"
  cp --parents -t "$PAGES" ./*.md LICENSE deploy/*/*.md
  cp -r docs "$PAGES/"
  linked | xargs -d '\n' cp --parents -t "$PAGES"
  # a diagram that only code hosts draw; and a directory, which has no page
  # shellcheck disable=SC2016  # Markdown's own
  sed -i '/^```mermaid$/,/^```$/d' "$PAGES/README.md"
  list_of deploy/samples Samples
  list_of deploy/scenarios Scenarios
  list_of docs/decisions Decisions
  find "$PAGES" -name '*.md' -exec sed -i -E 's#\]\(((\.\./|[a-z]+/)*)(samples|scenarios|decisions)\)#](\1\3/LIST.md)#g' {} +
}

# linked: files of the repository outside of docs that pages link to.
linked() {
  local page target
  grep -roE '(\]\(|^\[[A-Za-z-]+\]: |href=")[^)#" ]+' --include='*.md' ./*.md docs deploy |
    sed -E 's/:(\]\(|\[[^]]*\]: |href=")/ /' | while read -r page target; do
    [[ $target == *://* ]] || realpath -m --relative-to="$ROOT" "$(dirname "$page")/$target"
  done | sort -u | while read -r target; do
    [[ $target == docs/* || ! -f $target ]] || echo "$target"
  done
}

# list_of DIRECTORY TITLE
list_of() {
  local file
  cp -r --parents -t "$PAGES" "$1"
  {
    printf '# %s\n\n' "$2"
    for file in "$PAGES/$1"/*; do
      printf -- '- [%s](%s)\n' "$(title "$file")" "${file##*/}"
    done
  } >"$SITE/list"
  mv "$SITE/list" "$PAGES/$1/LIST.md"
}

title() { if [[ $1 == *.md ]]; then sed -n 's/^# //p;T;q' "$1"; else basename "$1"; fi; }

navigation() {
  local section page
  echo "INHERIT: $ROOT/mkdocs.yml"
  echo "docs_dir: $PAGES"
  echo "site_dir: $SITE/html"
  echo 'nav:'
  echo '  - Mayfly:'
  for page in README.md docs/why.md docs/install.md docs/from-docker.md docs/tutorial.md docs/how-to.md docs/simulate.md docs/faq.md; do
    echo "    - $page"
  done
  for section in Guides Operate Reference Contributing Benchmarks; do
    [ -d "$PAGES/docs/${section,,}" ] || continue # make bench writes the last one
    echo "  - $section:"
    for page in "$PAGES/docs/${section,,}"/*.md; do
      echo "    - ${page#"$PAGES/"}"
    done
  done
  echo '  - Project:'
  for page in CHANGELOG.md CONTRIBUTING.md SECURITY.md docs/decisions/LIST.md; do
    echo "    - $page"
  done
}

prepare_state
step "Site"
install_mkdocs
stage
navigation >"$SITE/mkdocs.yml"
NO_MKDOCS_2_WARNING=1 "$VENV/bin/mkdocs" build --strict --config-file "$SITE/mkdocs.yml" >"$LOG/site.log" 2>&1 ||
  fail "pages have links that lead nowhere, or are not in the navigation" "$(grep -E '^(WARNING|ERROR|Aborted)' "$LOG/site.log")"
say "$(find "$SITE/html" -name '*.html' | wc -l) pages; open $SITE/html/index.html"
