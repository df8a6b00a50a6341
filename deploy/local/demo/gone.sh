# shellcheck shell=bash
# Deleted: nothing is left, and an Event says so.

gone() {
  local start
  heading "Deleted, nothing is left"
  start=$(now_ms)
  silently "kubectl delete ew/web"
  export DEAD=0
  reach web 0
  record "deleted" "$start"
  show "kubectl get events --field-selector=reason=Receipt,involvedObject.name=web -o jsonpath='{.items[0].message}' | grep -o 'Volumes.*'"
  is_root || return 0
  searched
}

# The card number, in every file that engine, operator and cluster keep. Only root may read those.
searched() {
  local root
  root=$(docker info --format '{{.DockerRootDir}}')
  # to find nothing is what is hoped for; what vanishes while it is read is no news, what can't be read is
  LC_ALL=C grep -rlaF --devices=skip CARD-4111 "$root" /var/lib/mayfly "$LOCAL/kube" "$LOG/operator.log" \
    >"$RUN/hits" 2>"$RUN/unread" || true # both files are judged below
  sed -i '/: No such file or directory$/d' "$RUN/unread"
  [ ! -s "$RUN/unread" ] || fail "whether the card number is gone is not known:" "$(cat "$RUN/unread")"
  [ ! -s "$RUN/hits" ] || fail "the card number is still in:" "$(cat "$RUN/hits")"
  say "Files that still contain CARD-4111: 0"
}

leave_one_running() {
  kubectl apply -f deploy/samples/web.yaml >/dev/null
  reach web 3 >/dev/null
}
