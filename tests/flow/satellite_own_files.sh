#!/usr/bin/env bash
# What a user has beside masks of classes: rasters of numbers to regress, pictures in class folders to classify and to probe, and a table
# of pictures with several labels each.
# Usage: satellite_own_files.sh WARMSTART SOURCE BINARY
set -euo pipefail
warmstart=$1 source=$2
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
export HOME=$here XDG_CACHE_HOME=$here/cache
ws=(--workspace "$here/workspace")
rasters=$source/tests/reference/rasters.py
newest() { "$warmstart" runs --json "${ws[@]}" | /usr/bin/python3 -c '
import json, sys
runs = json.load(sys.stdin)
runs = runs.get("runs", runs) if isinstance(runs, dict) else runs
print(next(r["run"] for r in runs if r["recipe"] == sys.argv[1]))' "$1"; }
measured() { /usr/bin/python3 - "$here/workspace/runs/$1" <<'PY'
import json, sys
events = [json.loads(line) for line in open(sys.argv[1] + "/events.jsonl")]
print(json.dumps({k: v for e in events if e["event"] == "measure" for k, v in e["metrics"].items()}))
PY
}

# Numbers for each pixel, through a network of one fixed size: the map's tiles have that size.
/usr/bin/python3 "$rasters" make "$here"
mkdir -p "$here/ground/images" "$here/ground/masks"
cp "$here/scaled.tif" "$here/ground/images/a.tif"
/usr/bin/python3 "$rasters" density "$here/ground/masks/a.tif"
cat > "$here/density.yaml" <<'YAML'
warmstart: 1
title: Density from my own rasters
summary: A network of one size learns numbers.
data:
  train:
    dataset: satellite.raster_pairs
    root: "${data}"
    masks_hold: numbers
    tile: 32
    transforms: [{type: satellite.random_flip_rot90}]
  test: {dataset: satellite.raster_pairs, root: "${data}", masks_hold: numbers, tile: 32}
model: {type: satellite.geo_unet, in_channels: "${data.channels}", classes: "${data.targets}", image_size: 32, widths: [4, 8], latent: 8}
arms: {a: [train]}
optimizer: {type: adamw, learning_rate: 0.003}
schedule: {type: constant}
trainer: {batch_size: 4}
stages: {train: {objective: {type: satellite.density_regression}, data: train, budget: {steps: 3}}}
measure: [{on: test, metrics: [satellite.rmse]}]
seeds: [1]
YAML
"$warmstart" run "$here/density.yaml" --data "$here/ground" "${ws[@]}" > "$here/log.txt" 2>&1 || { cat "$here/log.txt" >&2; exit 1; }
run=$(newest density)
measured "$run" | grep -q '"satellite.rmse": [0-9]'
"$warmstart" predict "$run" "$here/scaled.tif" --out "$here/map" "${ws[@]}" > "$here/written.txt"
[[ $(cat "$here/written.txt") == "$here/map/scaled_values.tif" ]]
/usr/bin/python3 - "$here/map/scaled_values.tif" <<'PY'
import sys, numpy
from osgeo import gdal
values = gdal.Open(sys.argv[1]).ReadAsArray()
hole = numpy.zeros((150, 200), bool)
hole[20:40, 30:60] = True
assert (numpy.isnan(values) == hole).all() and values.dtype == numpy.float32
PY

# Pictures in class folders: trained, probed, and asked about a file and a folder.
/usr/bin/python3 "$rasters" photos "$here/pictures"
cat > "$here/classes.yaml" <<'YAML'
warmstart: 1
title: Classes of my own pictures
summary: Class folders are split, learned and probed.
data:
  train: {dataset: satellite.image_folder, root: "${data}", part: train, test_share: 0.34}
  probe: {dataset: satellite.image_folder, root: "${data}", part: probe, test_share: 0.34}
model: {type: satellite.convnet, widths: [4, 8], classes: "${data.classes}"}
arms: {a: [train]}
optimizer: {type: adamw, learning_rate: 0.003}
schedule: {type: constant}
trainer: {batch_size: 4}
stages: {train: {objective: {type: cross_entropy}, data: train, budget: {steps: 3}}}
measure: [{on: probe, metrics: [accuracy, satellite.knn_accuracy, satellite.linear_probe]}]
seeds: [1]
YAML
"$warmstart" run "$here/classes.yaml" --data "$here/pictures/train" "${ws[@]}" > "$here/log.txt" 2>&1 || { cat "$here/log.txt" >&2; exit 1; }
run=$(newest classes)
measured "$run" | grep -q '"satellite.knn_accuracy": [0-9].*"satellite.linear_probe": [0-9]'
"$warmstart" predict "$run" "$here/pictures/train/class3" "$here/pictures/train/class4/0.jpg" --out "$here/said" "${ws[@]}" > "$here/written.txt"
[[ $(wc -l < "$here/said/predictions.csv") == 5 ]]
head -1 "$here/said/predictions.csv" | grep -q "^file,label,class0,"
sed -n 2p "$here/said/predictions.csv" | grep -q "^$here/pictures/train/class3/0.jpg,class"
[[ $(wc -l < "$here/said/predictions.jsonl") == 4 ]]

# A table of labels for the same pictures: trained with a schedule that restarts, measured label by label, asked about a folder.
(cd "$here/pictures/train" && echo "file,labels" > labels.csv && for k in 0 1 2 3 4 5 6 7 8 9; do
  for n in 0 1 2; do echo "class$k/$n.jpg,$([[ $((k % 2)) == 0 ]] && echo even)|$([[ $k -lt 5 ]] && echo small)"; done
done >> labels.csv)
cat > "$here/labels.yaml" <<'YAML'
warmstart: 1
title: Labels of my own pictures
summary: Several labels an image are learned and ranked.
data:
  train: {dataset: satellite.labelled_images, root: "${data}", labels_column: labels, part: train, test_share: 0.34}
  test: {dataset: satellite.labelled_images, root: "${data}", labels_column: labels, part: test, test_share: 0.34}
model: {type: satellite.convnet, widths: [4, 8], classes: "${data.classes}"}
arms: {a: [train]}
optimizer: {type: adamw, learning_rate: 0.003}
schedule: {type: cosine_restarts, first_period: 2, factor: 2}
trainer: {batch_size: 4}
stages: {train: {objective: {type: multilabel_bce}, data: train, budget: {steps: 5}}}
measure: [{on: test, metrics: [mean_average_precision, multilabel_f1, lrap]}]
seeds: [1]
YAML
"$warmstart" run "$here/labels.yaml" --data "$here/pictures/train" "${ws[@]}" > "$here/log.txt" 2>&1 || { cat "$here/log.txt" >&2; exit 1; }
run=$(newest labels)
for metric in mean_average_precision multilabel_f1 lrap; do measured "$run" | grep -q "\"$metric\": [0-9]"; done
"$warmstart" predict "$run" "$here/pictures/train/class3" --out "$here/labels" "${ws[@]}" > "$here/written.txt"
[[ $(wc -l < "$here/labels/predictions.csv") == 4 ]]
[[ $(head -1 "$here/labels/predictions.csv") == file,label,even,small ]]
echo "flow complete"
