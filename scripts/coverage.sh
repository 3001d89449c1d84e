#!/usr/bin/env bash
# What the tests of build/coverage ran: lines and branches per file, worst first, and in all.
set -euo pipefail
cd "$(dirname "$0")/.."
gcovr --root . --gcov-executable gcov-12 --filter 'src/' --exclude '.*_(test|fuzz)\.cpp' \
  --exclude-throw-branches --exclude-unreachable-branches --sort-percentage \
  --txt build/coverage/coverage.txt --json-summary build/coverage/coverage.json --print-summary build/coverage
echo
echo "The ten files with the least:"
sed -n '/^src\//p' build/coverage/coverage.txt | head -10
echo "all files: build/coverage/coverage.txt"
