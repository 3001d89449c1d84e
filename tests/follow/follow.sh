#!/usr/bin/env bash
# A run without --once: takes a file in again when it changes, writes the report anew, and ends with
# status 0 when it is asked to. usage: follow.sh TRUCE MISSION
set -euo pipefail
truce="$1"; work="$(mktemp -d)"; trap 'rm -rf "$work"' EXIT
cp -r "$2" "$work/m"; rm -rf "$work/m/var"
"$truce" run "$work/m" --every 1 --port 0 >"$work/out" 2>"$work/err" &
pid=$!
waited=0
wait_for() {  # wait_for NUMBER: of reports written so far
  until [ "$(grep -c '^report: ' "$work/out")" -ge "$1" ]; do
    waited=$((waited + 1))
    [ $waited -lt 600 ] || { echo "no report number $1"; cat "$work/out" "$work/err"; kill $pid; exit 1; }
    sleep 0.1
  done
}
wait_for 1
echo "Test oblast,2025-04-19T05:00:00Z,2025-04-19T06:00:00Z" >>"$work/m/feeds/sirens.csv"
wait_for 2
kill -INT $pid
status=0; wait $pid || status=$?
[ $status -eq 0 ] || { echo "ended with $status"; cat "$work/err"; exit 1; }
before=$(awk '/observations$/ {print $1; exit}' "$work/out")
after=$(awk '/observations$/ {n = $1} END {print n}' "$work/out")
[ "$after" -eq $((before + 1)) ] || { echo "$before observations, then $after"; cat "$work/out"; exit 1; }
awk '/questions? about input/ {print $1}' "$work/out" | sort -u | wc -l | grep -qx 1 || { echo "complaints doubled"; cat "$work/out"; exit 1; }
echo "a new row was seen: $before observations, then $after"
