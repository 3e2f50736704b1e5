#!/usr/bin/env bash
# What a package installs does the main job by itself: train, export, predict, and the window's tour of it, with nothing of the source
# or the build in reach. Usage: installed.sh WARMSTART SOURCE BINARY
set -euo pipefail
source=$2 binary=$3
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
cmake --install "$binary" --prefix "$here/usr" >/dev/null
# A library or a file that is still taken from the build or the source would hide that it is not installed.
for file in "$here"/usr/bin/* "$here"/usr/lib/*.so "$here"/usr/lib/warmstart/plugins/*/*; do
  [[ $file == *.json ]] && continue
  if ldd "$file" | grep -e 'not found' -e "$binary" -e "$source"; then
    echo "error: $file would not start where it is installed" >&2
    exit 1
  fi
done
export HOME=$here XDG_CACHE_HOME=$here/cache XDG_CONFIG_HOME=$here/config XDG_STATE_HOME=$here/state XDG_RUNTIME_DIR=$here
export PATH=$here/usr/bin:/usr/bin:/bin
cd "$here"

for domain in audio medical satellite text; do
  test -n "$(find "$here/usr/share/warmstart/recipes/$domain" -name '*.yaml')"
done
/usr/bin/python3 "$source/tests/reference/make_volumes.py" "$here/data"
warmstart run medical/hippocampus --arm supervised --seed 1 --data "$here/data" --workspace "$here/workspace" \
  --set data.train.split=all --set data.train.split_file='""' --set data.test.split=all --set data.test.split_file='""' \
  --set stages.finetune.budget.steps=4 --set model.widths='[4, 8]'
run=$(basename "$here"/workspace/runs/*)
warmstart export "$run" --format onnx --out "$here/model.onnx" --workspace "$here/workspace" | grep verified
QT_QPA_PLATFORM=offscreen warmstart-gui --workspace "$here/workspace" --tour "$here/tour" "$run"
test "$(find "$here/tour" -name '*.png' | wc -l)" -gt 10
