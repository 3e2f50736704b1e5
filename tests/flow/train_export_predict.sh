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
/usr/bin/python3 - "$here" "$here/workspace/runs/$run" <<'PY'
import glob, json, sys, nibabel, numpy
# Every export says which checkpoint it was made of.
for kind in ("torchscript", "onnx", "safetensors"):
    weights = json.load(open(f"{sys.argv[1]}/model.{kind}.report.json"))["metadata"]["weights"]
    assert weights == {"file": "stage-finetune.ckpt", "stage": "finetune", "global_step": 6}, weights
# A capture says where its samples lie, though they were padded, cut and mirrored: at the places of its voxels nibabel finds the
# same values, up to normalisation and intensity (one voxel beside it would be 0.7). A deformed sample has no such place, and says so with NaN.
files = sorted(glob.glob(sys.argv[2] + "/captures/*/segmentation.safetensors"))
assert files, "no capture of segmentation"
data = open(files[-1], "rb").read()
length = int.from_bytes(data[:8], "little")
header = json.loads(data[8:8 + length])
def array(name):
    begin, end = header[name]["data_offsets"]
    kind = {"F64": "<f8", "F32": "<f4"}[header[name]["dtype"]]
    return numpy.frombuffer(data[8 + length + begin:8 + length + end], kind).reshape(header[name]["shape"])
about = json.loads(header["__metadata__"]["capture"])
placed = 0
for i, sample in enumerate(about["samples"]):
    if not numpy.isfinite(array("origin")[i]).all():
        continue
    volume = nibabel.load(f"{sys.argv[1]}/data/images/{sample}.nii.gz")
    image = array("image")[i, 0]
    zyx = numpy.stack(numpy.meshgrid(*[numpy.arange(n) for n in image.shape], indexing="ij"), -1)
    places = array("origin")[i] + (zyx * array("spacing")[i]) @ array("direction")[i]
    ijk = nibabel.affines.apply_affine(numpy.linalg.inv(volume.affine), places)
    assert numpy.abs(ijk - ijk.round()).max() < 1e-3, sample
    ijk = ijk.round().astype(int)
    inside = ((ijk >= 0) & (ijk < volume.shape[:3])).all(-1)
    values = numpy.asarray(volume.dataobj, dtype=float)[tuple(ijk[inside].T)]
    assert inside.sum() > 1000 and numpy.corrcoef(values, image[inside])[0, 1] > 0.99, sample
    placed += 1
assert placed > 0, about["samples"]
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
