#!/usr/bin/env bash
# kill -9 at random moments while a feed is taken in: nothing acknowledged may be missing afterwards,
# nothing doubled, and the results must be those of a mission that nothing happened to.
# usage: kill9.sh TRUCE ROWS [SEED]
set -euo pipefail
truce="$1"; rows="$2"; RANDOM="${3:-11}"
work="$(mktemp -d)"; trap 'rm -rf "$work"' EXIT
mkdir -p "$work/m/geo"
cat >"$work/m/mission.toml" <<T
id = "k"
name = "k"
time_zone = "UTC"
boundary_view = "none"
[report]
first_day = "2025-01-01"
last_day = "2025-01-01"
[[feed]]
id = "none"
format = "ndjson"
files = ["none.ndjson"]
optional = true
T
cat >"$work/m/agreement.toml" <<T
id = "k"
title = "k"
time_zone = "UTC"
[standard_of_proof]
s = 0.8
[[provision]]
id = "1"
words = "w"
standard_of_proof = "s"
T
# Impacts in order of time, one each five seconds, over a front of two degrees by one, each told of by two sources.
awk -v n="$rows" 'BEGIN { for (i = 0; i < n; i++) {
    j = int(i / 2); t = j * 5 % 2592000; d = int(t / 86400) + 1; h = int(t / 3600) % 24; m = int(t / 60) % 60; s = t % 60
    printf "{\"kind\":\"observation\",\"record\":{\"items\":[{\"classes\":{\"explosion_impact\":1},\"count\":{\"kind\":\"exact\",\"value\":%d}}],\"means\":[\"reported\"],\"p_real\":0.9,\"shape\":{\"geometry\":{\"coordinates\":[%.4f,%.4f],\"type\":\"Point\"},\"kind\":\"named_place\",\"name\":\"p\",\"radius_m\":500},\"source\":\"s%d\",\"text\":\"row %d\",\"when\":{\"end\":\"2025-01-%02dT%02d:%02d:59Z\",\"start\":\"2025-01-%02dT%02d:%02d:%02dZ\"}}}\n",
      i % 3 + 1, 37 + (j * 7919 % 20000) / 10000, 47 + (j * 104729 % 10000) / 10000, i % 5, i, d, h, m, d, h, m, s } }' >"$work/feed.ndjson"
# How many observations the store has once it has caught up with the log; none doubled.
count() {
  "$truce" run "$work/m" --once --json >"$work/end"
  grep -q '"duplicates":0' "$work/end" || { echo "doubled:"; cat "$work/end"; exit 1; }
  sed -n 's/.*"observations":\([0-9]*\).*/\1/p' "$work/end"
}
# Each run is killed within `window` seconds. A run too short to get anywhere makes it longer, so that
# large feeds and slow machines get to the end as well.
kills=0; seen=0; window=0.3
while true; do
  "$truce" acquire ndjson "$work/feed.ndjson" --into "$work/m" --feed f --batch 1000 --quiet >"$work/out" 2>"$work/err" &
  pid=$!
  sleep "$(awk -v r=$RANDOM -v w="$window" 'BEGIN { printf "%.2f", r / 32768 * w }')"
  if kill -9 $pid 2>/dev/null; then kills=$((kills + 1)); fi
  status=0; wait $pid 2>/dev/null || status=$?
  last=$(tail -1 "$work/out" | sed -n 's/^acknowledged //p')
  if [ -n "$last" ] && [ "$last" -gt "$seen" ]; then seen=$last
  else window=$(awk -v w="$window" 'BEGIN { print w * 1.2 }'); fi
  [ $status -eq 0 ] && break
  [ $status -eq 137 ] || { echo "failed with $status"; cat "$work/err"; exit 1; }
  [ $kills -lt 1000 ] || { echo "never finished"; exit 1; }
  # Every other time a run looks first at what the crash left; else the next acquire meets it raw.
  if [ $((kills % 2)) -eq 0 ] && [ -d "$work/m/var" ]; then
    there=$(count)
    [ "$there" -ge "$seen" ] || { echo "$there observations after kill $kills, acknowledged $seen"; exit 1; }
  fi
done
there=$(count)
[ "$there" -eq "$rows" ] || { echo "$there of $rows (acknowledged $seen)"; cat "$work/end"; exit 1; }
# The results follow from the log, and are those of the same feed taken in without a crash.
digest() { "$truce" replay "$1" --json | sed -n 's/.*"same":true,"stored":"\([0-9a-f]*\)".*/\1/p'; }
mkdir "$work/calm"; cp -r "$work/m/geo" "$work/m/mission.toml" "$work/m/agreement.toml" "$work/calm"
"$truce" acquire ndjson "$work/feed.ndjson" --into "$work/calm" --feed f --quiet >"$work/out"
after=$(digest "$work/m"); calm=$(digest "$work/calm")
[ -n "$after" ] && [ "$after" = "$calm" ] || { echo "results after the kills $after, without any $calm"; exit 1; }
incidents=$(sed -n 's/.*"incidents":\([0-9]*\).*/\1/p' "$work/end")
[ "$incidents" -gt 0 ] || { echo "no incidents to compare"; exit 1; }
echo "$kills kills, $rows observations, none missing, none doubled; $incidents incidents as without any"
