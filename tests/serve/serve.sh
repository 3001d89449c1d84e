#!/usr/bin/env bash
# A run that stays serves its mission: what outside clients read, what the stream tells when a row comes, and that a
# taken port does not end a run. usage: serve.sh TRUCE MISSION
set -euo pipefail
command -v curl >/dev/null || { echo "skipped: curl is not installed"; exit 77; }
served="$(cd "$(dirname "$0")" && pwd)"; here="$served/../schema"  # the judges' own
truce="$1"; own="$(mktemp -d)"; pids=(); trap 'kill "${pids[@]}" 2>/dev/null || true; wait; rm -rf "$own"' EXIT
cp -r "$2" "$own/m"; rm -rf "$own/m/var"
fail() { echo "$1"; cat "$own/err"; exit 1; }
for attempt in 1 2 3 4 5; do  # one that is free
  port=$((20000 + RANDOM % 20000))
  "$truce" run "$own/m" --port $port >"$own/out" 2>"$own/err" &
  pids=($!)
  for i in $(seq 100); do grep -q "^http://\|goes on without" "$own/err" && break; sleep 0.1; done
  grep -qx "http://127.0.0.1:$port" "$own/err" && break
  kill "${pids[@]}"; wait "${pids[@]}" || true
done
url="http://127.0.0.1:$port"
[ "$(grep -c "^http://" "$own/err")" -eq 1 ] || fail "the address was not said once"
for i in $(seq 600); do grep -q '^report: ' "$own/out" && break; sleep 0.1; done
position() { curl -fsS "$url/healthz" | sed 's/.*"position":\([0-9]*\).*/\1/'; }
for i in $(seq 100); do [ "$(position)" -gt 0 ] && break; sleep 0.1; done

# A row that comes is told to who listens, and to who comes back later, once.
curl -sN --max-time 60 "$url/api/live" >"$own/live" & listening=$!
for i in $(seq 100); do grep -q "^event: hello" "$own/live" && break; sleep 0.1; done
before="$(position)"
echo "Test oblast,2025-04-19T05:00:00Z,2025-04-19T06:00:00Z" >>"$own/m/feeds/sirens.csv"
for i in $(seq 200); do grep -q "^event: position" "$own/live" && break; sleep 0.1; done
kill $listening; wait $listening || true
[ "$(grep -c "^event: position" "$own/live")" -ge 1 ] || fail "the stream told of nothing"
[ "$(position)" -gt "$before" ] || fail "the position did not move"
timeout 3 curl -sN -H "Last-Event-ID: 0" "$url/api/live" >"$own/again" || true
incidents=$(grep -c "^event: incident" "$own/again" || true)
[ "$incidents" -gt 0 ] || fail "who comes back from the beginning was told of no incident"
[ "$(grep "^id: .*/incident/" "$own/again" | sed 's/.*incident.//' | sort -u | wc -l)" -eq "$incidents" ] || fail "an incident came twice"

# A second run of another mission finds the port taken, says so and goes on.
cp -r "$2" "$own/other"; rm -rf "$own/other/var"
"$truce" run "$own/other" --port $port >"$own/out2" 2>"$own/err2" & pids+=($!)
for i in $(seq 600); do grep -q '^report: ' "$own/out2" && break; sleep 0.1; done
grep -q "cannot be opened.*goes on without" "$own/err2" || { cat "$own/err2"; fail "the taken port was not said"; }
kill -INT "${pids[1]}"; wait "${pids[1]}" || fail "the run without a port failed"

# Outside clients.
if command -v ogrinfo >/dev/null; then
  layers="$(ogrinfo -ro "OAPIF:$url/api" 2>&1)"
  grep -q "incidents" <<<"$layers" || fail "ogrinfo: $layers"
  areas="$(ogrinfo -ro -q -al "OAPIF:$url/api" areas 2>&1 | grep -c "^OGRFeature" || true)"
  [ "$areas" -gt 0 ] || fail "ogrinfo read no area"
  found="$(ogrinfo -ro -q -al "OAPIF:$url/api" incidents 2>&1 | grep -c "^OGRFeature" || true)"
  [ "$found" -eq "$incidents" ] || fail "ogrinfo read $found incidents of $incidents"
  echo "ogrinfo read $found incidents"
else
  echo "not asked: ogrinfo is not installed (gdal-bin)"
fi
python=python3; [ ! -x /usr/bin/python3 ] || python=/usr/bin/python3  # Debian's own, which has its packages
if $python -c 'import owslib' 2>/dev/null; then
  $python "$served/owslib_reads.py" "$url/api" "$incidents" || fail "OWSLib"
else
  echo "not asked: OWSLib is not installed (python3-owslib)"
fi
if command -v node >/dev/null && command -v npm >/dev/null; then
  . "$here/judges.sh"
  trap 'kill "${pids[@]}" 2>/dev/null || true; wait; rm -rf "$own" "$work"' EXIT
  cp "$served/check_served.mjs" "$judges/"; (cd "$judges" && node check_served.mjs "$url") || fail "a judge found fault"
  printf 'extends: ["spectral:oas"]\n' >"$own/rules.yaml"
  curl -fsS "$url/api/openapi.json" >"$own/openapi.json"
  "$judges/node_modules/.bin/spectral" lint --ruleset "$own/rules.yaml" --fail-severity hint "$own/openapi.json" || fail "Spectral found fault"
else
  echo "not asked: node is not installed"
fi
page="$(curl -fsS "$url/api/reports" | sed 's/.*"reports":\[{[^}]*"name":"\([^"]*\)".*/\1/')"
first="$(curl -fsS "$url/api/reports/$page.html" | sha256sum)"
[ "$(curl -fsS "$url/api/reports/$page.html" | sha256sum)" = "$first" ] || fail "a report was other bytes the second time"
if [ -d "$served/../../web/node_modules/playwright-core" ] && [ -x /usr/bin/chromium ]; then
  (cd "$served/../../web" && node "$served/report_page.mjs" "$url/api/reports/$page.html") || fail "the report in a browser"
else
  echo "not asked: Chromium, or playwright-core in web/node_modules, is not installed"
fi
kill -INT "${pids[0]}"; status=0; wait "${pids[0]}" || status=$?
[ $status -eq 0 ] || fail "ended with $status"
pids=()
