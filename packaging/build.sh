#!/usr/bin/env bash
# Configures and builds in build/release. Usage: packaging/build.sh [cmake options].
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"
cmake --preset release "$@"
cmake --build --preset release
