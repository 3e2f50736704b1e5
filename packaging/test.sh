#!/usr/bin/env bash
# The whole test suite: installs what is missing, builds, runs ctest. Arguments go to ctest (for example -L unit).
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
"$root/packaging/setup.sh" build run test
"$root/packaging/build.sh" -DWARMSTART_TESTS=ON
export OMP_WAIT_POLICY=passive
cd "$root/build/release"
ctest --output-on-failure -j "$(nproc)" "$@"
