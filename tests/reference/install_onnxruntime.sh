#!/usr/bin/env bash
# Puts ONNX Runtime for Node.js into FOLDER, once: install_onnxruntime.sh FOLDER. The peer tests compare exported models
# with it; nothing of it is linked or shipped.
set -euo pipefail
folder=$1
version=1.14.0
library=$folder/node_modules/onnxruntime-node/bin/napi-v3/linux/x64/libonnxruntime.so.$version
[[ -f $library ]] && exit 0
mkdir -p "$folder"
npm install --ignore-scripts --no-save --no-audit --no-fund --prefix "$folder" "onnxruntime-node@$version"
[[ -f $library ]]
