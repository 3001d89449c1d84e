#!/usr/bin/env bash
# Outside judges over the schemas and over records that truce writes. Without node it is skipped (77).
# usage: schema_test.sh TRUCE MODEL_TEST MISSION
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"; root="$here/../.."
truce="$(realpath "$1")"; model_test="$(realpath "$2")"; mission="$(realpath "$3")"
. "$here/judges.sh"

# Records of every kind with random content, and those that a mission makes.
TEST_TMPDIR="$work" "$model_test" --gtest_filter='*writes_random_records_for_outside_judges' >/dev/null
cp -r "$mission" "$work/mission"; rm -rf "$work/mission/var"
"$truce" run "$work/mission" --once --quiet
for feed in "sirens sirens.csv" "viina strike_reports.csv" "claims claims.csv"; do
  "$truce" acquire ${feed% *} "$work/mission/feeds/${feed#* }" --dry-run 2>/dev/null
done >"$work/acquired.ndjson"
node -e '
  const report = JSON.parse(require("fs").readFileSync(process.argv[1], "utf8"));
  const kinds = {alerts: "observation", claims: "claim", findings: "finding", incidents: "incident", notices: "notice"};
  for (const [list, kind] of Object.entries(kinds))
    for (const record of report[list]) console.log(JSON.stringify({kind, record}));
' "$(ls "$work"/mission/var/reports/*.json)" >"$work/reported.ndjson"
cd "$judges"
node "$here/check.mjs" "$root/schema" "$work/random.ndjson" "$work/acquired.ndjson" "$work/reported.ndjson" \
  -- "$mission"/geo/*.geojson
