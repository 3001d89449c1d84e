#!/usr/bin/env bash
# clang-tidy on the C++ files changed since BASE (default: the commit before). usage: lint.sh [BASE]
set -euo pipefail
base="${1:-HEAD~1}"
git rev-parse --verify -q "$base" >/dev/null || base=HEAD
cmake --preset debug >/dev/null
mapfile -t changed < <(git diff --name-only --diff-filter=d "$base" -- 'src/*.cpp' | grep -v -e _test.cpp -e _fuzz.cpp || true)
[ ${#changed[@]} -eq 0 ] && { echo "no C++ file changed since $base"; exit 0; }
# Eight seconds a file: the budget of a landing allows sixty.
clang-tidy-19 -p build/debug --quiet "${changed[@]:0:60}"
