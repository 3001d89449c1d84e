#!/usr/bin/env bash
# By the view "un", places are in the country that the United Nations hold them to be in. Without the packages of the group
# "basemap" the test is skipped. usage: boundaries.sh SOURCE
set -euo pipefail
command -v gmt >/dev/null && [ -e /usr/share/gmt-dcw/dcw-gmt.nc ] && command -v node >/dev/null ||
  { echo "skipped: gmt, gmt-dcw or node is not installed (scripts/install_packages.sh basemap node)"; exit 77; }
names=(Simferopol Sevastopol Donetsk Luhansk Rostov-on-Don Minsk)
places=(44.957 34.111 44.608 33.521 48.023 37.802 48.568 39.306 47.231 39.723 53.900 27.567)
expected=(UA UA UA UA RU BY)
mapfile -t found < <(node "$1/scripts/make_basemap.mjs" --country "${places[@]}")
[ "${#found[@]}" -eq "${#names[@]}" ] || { echo "${#found[@]} answers to ${#names[@]} places"; exit 1; }
for i in "${!names[@]}"; do
  [ "${found[$i]}" = "${expected[$i]}" ] || { echo "${names[$i]} is held to be in ${found[$i]}, not in ${expected[$i]}"; exit 1; }
done
echo "${#names[@]} places lie where the view has them"
