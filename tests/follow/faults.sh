#!/usr/bin/env bash
# What goes wrong beside a run that stays does not end it: a page that cannot be written, a feed that is no file, a
# mission with a mistake. Each is said once, alerts are said meanwhile, and what was put right is taken up. Who signs
# does so beside the run, and through its death. usage: faults.sh TRUCE MISSION
set -euo pipefail
truce="$1"; work="$(mktemp -d)"; m="$work/m"; pid=; trap 'kill -9 $pid 2>/dev/null || true; rm -rf "$work"' EXIT
cp -r "$2" "$m"; rm -rf "$m/var"
fail() { echo "$1"; cat "$work/out" "$work/err"; exit 1; }
start() {
  "$truce" run "$m" --port 0 --every 0.05 >>"$work/out" 2>>"$work/err" &
  pid=$!
}
rows=0
row() {  # row LONGITUDE: fire near a post, an hour after the one before, and its alert
  printf '{"kind":"observation","record":{"items":[{"classes":{"explosion_impact":1},"count":{"kind":"exact","value":3}}],"means":["heard"],"p_real":0.97,"shape":{"geometry":{"coordinates":[%s,0.15],"type":"Point"},"kind":"point","var_east_m2":90000,"var_north_m2":90000},"source":"west-a","when":{"end":"2030-06-01T%02d:02:00Z","start":"2030-06-01T%02d:00:00Z"}}}\n' \
    "$1" $rows $rows >>"$m/feeds/reports.ndjson"
  wait_for err "since 2030-06-01T$(printf %02d $rows):00" 1 "an alert of row $rows"
  rows=$((rows + 1))
}
wait_for() {  # wait_for FILE PATTERN NUMBER WHAT: until so many lines hold it
  local waited=0
  until [ "$(grep -c -- "$2" "$work/$1")" -ge "$3" ]; do
    kill -0 $pid 2>/dev/null || fail "the run ended before $4"
    waited=$((waited + 1)); [ $waited -lt 600 ] || fail "no $4"
    sleep 0.05
  done
}
once() { [ "$(grep -c -- "$1" "$work/err")" -eq 1 ] || fail "not said once: $1"; }
sign() {  # sign: for the tier that is open
  local breach
  breach=$("$truce" sign "$m" --at 2030-06-01T20:00:00Z | sed -n 's/^tier warning of response after \(.*\): due.*/\1/p')
  "$truce" sign "$m" --escalation response --tier warning --breach "$breach" --by "head of mission" \
    --at 2030-06-01T20:00:00Z --yes >"$work/signed" 2>>"$work/err"
}
start
wait_for out '^report: ' 1 "first page"

rm -r "$m/var/reports"; touch "$m/var/reports"
row 0.15
wait_for err 'the page is not written' 1 "word of the page"
row 0.15
rm "$m/var/reports"
wait_for out '^report: ' 2 "page after what stood in its way was gone"
once 'the page is not written'

mv "$m/feeds/late.ndjson" "$work/late"; mkdir "$m/feeds/late.ndjson"
wait_for err 'feed late stopped' 1 "word of the feed"
row 0.15; row 0.15
once 'feed late stopped'
rmdir "$m/feeds/late.ndjson"; mv "$work/late" "$m/feeds/late.ndjson"

sed -i 's/^days = 7/dayz = 7/' "$m/agreement.toml"
wait_for err 'going on with the mission as it was' 1 "word of the mistake"
row 0.15; row 0.15
once 'dayz'
sed -i 's/^dayz = 7/days = 7/' "$m/agreement.toml"
wait_for err 'the mission has changed' 1 "change of the mission"
row 0.15
changes=1
for file in ground.csv cases.csv geo/more.geojson text/en.md; do
  mkdir -p "$(dirname "$m/$file")"
  [ ! -e "$m/$file" ] || fail "the example has $file"
  echo 'no sense' >"$m/$file"
  changes=$((changes + 1))
  wait_for err 'going on with the mission as it was' $changes "word of $file"
  rm "$m/$file"
  wait_for err 'the mission has changed' $changes "end of $file"
done
row 0.15

sign
grep -q '^signed: log position ' "$work/signed" || { cat "$work/signed"; fail "not signed beside the run"; }
[ -z "$(ls "$m/var/signatures")" ] || fail "the signature was left"
row 0.45
kill -STOP $pid
sign
grep -q '^signed: it waits ' "$work/signed" || { cat "$work/signed"; fail "nothing said of waiting"; }
kill -9 $pid; wait $pid 2>/dev/null || true
[ -n "$(ls "$m/var/signatures")" ] || fail "the signature is gone"
start
until [ -z "$(ls "$m/var/signatures")" ]; do sleep 0.1; done
kill -INT $pid; status=0; wait $pid || status=$?
[ $status -eq 0 ] || fail "ended with $status"
[ "$("$truce" clocks "$m" --until 2030-06-01T20:00:00Z | grep -c 'warning: signed')" -ge 2 ] || fail "the clocks do not show both signatures"
"$truce" replay "$m" >/dev/null || fail "results do not follow from the log"
echo "$rows alerts beside a page, a feed and a mission that were wrong; two signatures"
