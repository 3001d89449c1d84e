#!/usr/bin/env bash
# Outside judges over the schema of agreement.toml: ajv takes every agreement in which nothing is wrong and refuses those
# whose shape is; Taplo, by which editors complete, finds the schema from the first line of each example and holds the file
# against it. Without node it is skipped (77). usage: agreements_test.sh AGREEMENTS_BROKEN_TEST
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"; root="$(cd "$here/../.." && pwd)"
test="$(realpath "$1")"
. "$here/judges.sh"

TEST_TMPDIR="$work" "$test" --gtest_filter='*are_written_as_json*' >/dev/null
(cd "$judges" && node "$here/agreements.mjs" "$root/schema/agreement.schema.json" "$work/agreements.ndjson")

taplo() { "$judges/node_modules/.bin/taplo" check agreement.toml >"$work/said" 2>&1; }
for file in "$root"/examples/*/*/agreement.toml; do
  grep -q '^#:schema ' "$file" || { echo "$file names no schema in its first line"; exit 1; }
  (cd "$(dirname "$file")" && taplo) || { echo "$file"; cat "$work/said"; exit 1; }
done
sed -e "1s|.*|#:schema $root/schema/agreement.schema.json|" -e 's/^words = /wrods = /' \
  "$root/examples/agreements/toolkit-2025/agreement.toml" >"$work/agreement.toml"
if (cd "$work" && taplo) || ! grep -q "'wrods' was unexpected" "$work/said"; then
  echo "Taplo takes a key that is misspelt"; cat "$work/said"; exit 1
fi
