#!/usr/bin/env bash
# Usage: run_recipe.sh WARMSTART RECIPE DATA. Exit 77 (skipped) when the recipe asks for data that is not here.
set -euo pipefail
warmstart=$1 recipe=$2 data=$3
workspace=$(mktemp -d)
trap 'rm -rf "$workspace"' EXIT
options=()
if ! "$warmstart" validate "$recipe" >"$workspace/validate.txt" 2>&1; then
  if ! grep -q -e '--data' "$workspace/validate.txt"; then
    cat "$workspace/validate.txt" >&2
    exit 1
  fi
  if [[ ! -d $data ]]; then
    echo "skipped: $recipe needs data in $data"
    exit 77
  fi
  options=(--data "$data")
fi
"$warmstart" run "$recipe" --smoke --workspace "$workspace" "${options[@]}"
"$warmstart" runs --workspace "$workspace"
