#!/usr/bin/env bash
# Kills a run that follows its feeds, again and again, while reports of fire near a post come in.
# Afterwards every report has one alert, and what was said is what the log alone makes again.
# usage: alerts_kill9.sh TRUCE MISSION
set -euo pipefail
truce="$1"; work="$(mktemp -d)"; pid=; trap 'kill -9 $pid 2>/dev/null || true; rm -rf "$work"' EXIT
cp -r "$2" "$work/m"; rm -rf "$work/m/var"
said="$work/m/var/alerts.jsonl"
row() {  # row NUMBER: fire near the western post, an hour after the one before
  printf '{"kind":"observation","record":{"items":[{"classes":{"explosion_impact":1},"count":{"kind":"exact","value":3}}],"means":["heard"],"p_real":0.97,"shape":{"geometry":{"coordinates":[0.15,0.15],"type":"Point"},"kind":"point","var_east_m2":90000,"var_north_m2":90000},"source":"west-a","when":{"end":"2030-06-%02dT%02d:02:00Z","start":"2030-06-%02dT%02d:00:00Z"}}}\n' \
    $((1 + $1 / 24)) $(($1 % 24)) $((1 + $1 / 24)) $(($1 % 24))
}
rows=0
for round in $(seq 1 12); do
  "$truce" run "$work/m" --port 0 --every 0.05 --quiet >/dev/null 2>>"$work/err" &
  pid=$!
  for _ in 1 2 3 4 5; do
    row $rows >>"$work/m/feeds/reports.ndjson"; rows=$((rows + 1)); sleep 0.0$((RANDOM % 10))
  done
  sleep 0.$((RANDOM % 4))
  kill -9 $pid; wait $pid 2>/dev/null || true
done
early=$(grep -c '"since":"2030-06' "$said" || true)
"$truce" run "$work/m" --once --quiet >/dev/null 2>>"$work/err"
told=$(grep -c '"since":"2030-06' "$said")
[ "$told" -eq $rows ] || { echo "$rows reports, $told alerts"; exit 1; }
[ -z "$(sort "$said" | uniq -d)" ] || { echo "said twice:"; sort "$said" | uniq -d; exit 1; }
sort "$said" >"$work/first"
rm -f "$work"/m/var/store.sqlite* "$said"
"$truce" run "$work/m" --once --quiet >/dev/null 2>&1
sort "$said" | cmp - "$work/first" || { echo "the log makes other alerts"; exit 1; }
echo "$rows reports through 12 kills: an alert each, once, $early of them before the last start; the same from the log"
