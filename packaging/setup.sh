#!/usr/bin/env bash
# Installs what packaging/dependencies.txt lists and this machine lacks, for the groups given (default: all).
# Usage: packaging/setup.sh [build] [run] [test]. Needs root or sudo only when something is missing.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
groups=${*:-build run test}

missing=()
while read -r package group rest; do
  [[ -z $package || $package == \#* ]] && continue
  [[ " $groups " == *" $group "* ]] || continue
  if [[ $rest == unless:* ]]; then
    command=${rest%% *}
    command -v "${command#unless:}" >/dev/null && continue
  fi
  dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
done <"$here/dependencies.txt"

if ((${#missing[@]} == 0)); then
  exit 0
fi
as_root=()
if [[ $(id -u) != 0 ]]; then
  command -v sudo >/dev/null || {
    echo "error: packages are missing: ${missing[*]}; packaging/dependencies.txt; run this as root, or install sudo" >&2
    exit 2
  }
  as_root=(sudo)
fi
echo "Installing ${#missing[@]} packages: ${missing[*]}"
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
