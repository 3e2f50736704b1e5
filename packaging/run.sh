#!/usr/bin/env bash
# From a fresh clone to a trained, measured model on a real brain volume: installs what is missing, builds, and runs the main
# job. Safe to run again; the second time only the job itself takes time. Arguments go to `warmstart run`.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
"$root/packaging/setup.sh" build run
"$root/packaging/build.sh" -DWARMSTART_TESTS=OFF
warmstart=$root/build/release/bin/warmstart
if (($# == 0)); then
  set -- medical/brain-atlas --arm pretrained --seed 0
fi
"$warmstart" run "$@"
echo
echo "The run is in the workspace: see it with"
echo "  $warmstart runs"
