#!/usr/bin/env bash
# Installs the Debian packages of the named groups that are missing, after saying which.
# usage: install_packages.sh GROUP…
set -euo pipefail
list="$(dirname "$0")/packages.txt"
missing=()
for group in "$@"; do
  for package in $(sed -n "s/^$group //p" "$list"); do
    dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null | grep -q '^installed$' || missing+=("$package")
  done
done
[ ${#missing[@]} -eq 0 ] && exit 0
echo "Missing Debian packages: ${missing[*]}"
install=(apt-get install -y --no-install-recommends "${missing[@]}")
if [ "$(id -u)" -eq 0 ]; then
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive "${install[@]}"
elif command -v sudo >/dev/null; then
  sudo apt-get update -qq
  sudo DEBIAN_FRONTEND=noninteractive "${install[@]}"
else
  echo "Not root and no sudo here. As root, run:"
  echo "  apt-get update && ${install[*]}"
  exit 2
fi
