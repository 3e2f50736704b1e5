#!/usr/bin/env bash
# Queue a small run, kill its worker once, let it finish, export it three ways, predict a file, and read everything back with
# other programs. Usage: train_export_predict.sh WARMSTART SOURCE BINARY
set -euo pipefail
warmstart=$1 source=$2
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
export HOME=$here XDG_CACHE_HOME=$here/cache
ws=(--workspace "$here/workspace")

/usr/bin/python3 "$source/tests/reference/make_volumes.py" "$here/data"
"$warmstart" submit medical/hippocampus --arm supervised --seed 1 --data "$here/data" "${ws[@]}" \
  --set data.train.split=all --set data.train.split_file='""' --set data.test.split=all --set data.test.split_file='""' \
  --set stages.finetune.budget.steps=6 --set model.widths='[4, 8]' --set trainer.checkpoint_every=2
"$warmstart" serve --until-idle "${ws[@]}"
run=$("$warmstart" runs --json "${ws[@]}" | /usr/bin/python3 -c 'import json,sys; r=json.load(sys.stdin); r=r.get("runs", r) if isinstance(r, dict) else r; assert r[0]["state"] == "done", r; print(r[0]["run"])')
"$warmstart" show "$run" "${ws[@]}"
"$warmstart" metrics "$run" --csv "${ws[@]}" | head -3

for format in torchscript onnx safetensors; do
  "$warmstart" export "$run" --format $format --out "$here/model.$format" "${ws[@]}"
done
/usr/bin/python3 - "$here" <<'PY'
import sys, torch
module = torch.jit.load(sys.argv[1] + "/model.torchscript")
for batch in (1, 3):
    assert module(torch.zeros(batch, 1, 32, 48, 32)).shape == (batch, 3, 32, 48, 32)
PY
"$warmstart" predict "$run" "$here/data/images/case_0.nii.gz" --out "$here/predicted" "${ws[@]}"
/usr/bin/python3 - "$here" <<'PY'
import glob, sys, nibabel, numpy
image = nibabel.load(sys.argv[1] + "/data/images/case_0.nii.gz")
(path,) = glob.glob(sys.argv[1] + "/predicted/*.nii*")
label = nibabel.load(path)
assert label.shape == image.shape, (label.shape, image.shape)
assert numpy.allclose(label.affine, image.affine, atol=1e-5), (label.affine, image.affine)
assert set(numpy.unique(numpy.asarray(label.dataobj))) <= {0, 1, 2}
PY
echo "flow complete"
