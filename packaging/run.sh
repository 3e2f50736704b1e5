#!/usr/bin/env bash
# From a fresh clone to a trained, measured model on a real brain volume: installs what is missing, builds, and runs the main
# job. Safe to run again; the second time only the job itself takes time. With a display the job is queued and the window opens on it;
# without one, or with arguments (which go to `warmstart run`), it runs here with a progress bar.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
"$root/packaging/setup.sh" build run
"$root/packaging/build.sh" -DWARMSTART_TESTS=OFF
warmstart=$root/build/release/bin/warmstart
if (($# == 0)) && [[ -n ${DISPLAY:-}${WAYLAND_DISPLAY:-} ]]; then
  "$warmstart" submit medical/brain-atlas --arm pretrained --seed 0 --start
  exec "$root/build/release/bin/warmstart-gui"
fi
if (($# == 0)); then
  set -- medical/brain-atlas --arm pretrained --seed 0
fi
"$warmstart" run "$@"
echo
echo "The run is in the workspace: see it with"
echo "  $warmstart runs"
