#!/usr/bin/env bash
# Outside judges over the schemas of agreement.toml and points.toml: ajv takes every agreement in which nothing is wrong and refuses those
# whose shape is; Taplo, by which editors complete, finds the schema from the first line of each example and holds the file
# against it. Without node it is skipped (77). usage: agreements_test.sh AGREEMENTS_BROKEN_TEST
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"; root="$(cd "$here/../.." && pwd)"
test="$(realpath "$1")"
. "$here/judges.sh"

TEST_TMPDIR="$work" "$test" --gtest_filter='*are_written_as_json*' >/dev/null
(cd "$judges" && node "$here/agreements.mjs" "$root/schema" "$work/agreements.ndjson")

taplo() { "$judges/node_modules/.bin/taplo" check "$@" >"$work/said" 2>&1; }
cd "$root"
files=(examples/*/*/agreement.toml examples/*/*/points.toml)
for file in "${files[@]}"; do
  head -1 "$file" | grep -q '^#:schema ' || { echo "$file names no schema in its first line"; exit 1; }
done
taplo "${files[@]}" || { cat "$work/said"; exit 1; }
sed -e "1s|.*|#:schema $root/schema/agreement.schema.json|" -e 's/^words = /wrods = /' \
  "$root/examples/agreements/toolkit-2025/agreement.toml" >"$work/agreement.toml"
if (cd "$work" && taplo agreement.toml) || ! grep -q "'wrods' was unexpected" "$work/said"; then
  echo "Taplo takes a key that is misspelt"; cat "$work/said"; exit 1
fi
