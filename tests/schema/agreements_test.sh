#!/usr/bin/env bash
# An outside judge over the schema of agreement.toml: it takes every agreement in which nothing is wrong and refuses those
# whose shape is. Without node it is skipped (77). usage: agreements_test.sh AGREEMENTS_BROKEN_TEST
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"; root="$here/../.."
test="$(realpath "$1")"
. "$here/judges.sh"

TEST_TMPDIR="$work" "$test" --gtest_filter='*are_written_as_json*' >/dev/null
cd "$judges"
node "$here/agreements.mjs" "$root/schema/agreement.schema.json" "$work/agreements.ndjson"
