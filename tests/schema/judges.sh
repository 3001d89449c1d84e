# Sourced: makes $work, a folder that goes when the test ends, and $judges, where ajv, check-geojson and Spectral are installed.
# Without node the test is skipped (77).
command -v node >/dev/null && command -v npm >/dev/null ||
  { echo "skipped: node and npm are not installed (scripts/install_packages.sh node)"; exit 77; }
work="$(mktemp -d)"; trap 'rm -rf "$work"' EXIT
# The judges live in the build folder's cache, one install for all runs of this lock file.
judges="${TRUCE_JUDGES:-$work/judges}"; mkdir -p "$judges"
lock="$(sha256sum <"$here/package-lock.json" | cut -c1-16)"
if [ ! -e "$judges/installed-$lock" ]; then
  cp "$here/package.json" "$here/package-lock.json" "$judges"
  npm ci --prefix "$judges" --silent --no-audit --no-fund ||
    { echo "npm could not install the judges of package-lock.json; is its registry in reach?"; exit 1; }
  touch "$judges/installed-$lock"
fi
