#!/usr/bin/env bash
# Train on georeferenced tiles, map a scene, and see with GDAL's own programs that the map lies on it.
# Usage: satellite_predict.sh WARMSTART SOURCE BINARY
set -euo pipefail
warmstart=$1 source=$2
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
export HOME=$here XDG_CACHE_HOME=$here/cache
ws=(--workspace "$here/workspace")

"$warmstart" run satellite/land-cover --smoke --data "$source/tests/smoke/data/land-cover" "${ws[@]}" > "$here/log.txt" 2>&1 ||
  { cat "$here/log.txt" >&2; exit 1; }
run=$("$warmstart" runs --json "${ws[@]}" | /usr/bin/python3 -c '
import json, sys
runs = json.load(sys.stdin)
runs = runs.get("runs", runs) if isinstance(runs, dict) else runs
print(runs[0]["run"])')

# A scene of many tiles that is no multiple of a tile, with a corner without data.
/usr/bin/python3 - "$here/scene.tif" <<'PY'
import sys
import numpy
from osgeo import gdal, osr
scene = gdal.GetDriverByName("GTiff").Create(sys.argv[1], 601, 389, 4, gdal.GDT_UInt16, ["TILED=YES", "COMPRESS=DEFLATE"])
place = osr.SpatialReference()
place.ImportFromEPSG(32612)
scene.SetProjection(place.ExportToWkt())
scene.SetGeoTransform((301905.0, 30.0, 0, 4154085.0, 0, -30.0))
ground = numpy.add.outer(numpy.arange(389), numpy.arange(601)) % 8
for band, name in enumerate(["blue", "green", "red", "nir"], 1):
    values = 8000 + 500 * ground
    values[:50, :70] = 0
    scene.GetRasterBand(band).SetNoDataValue(0)
    scene.GetRasterBand(band).WriteArray(values)
    scene.GetRasterBand(band).SetDescription(name)
PY
"$warmstart" predict "$run" "$here/scene.tif" --out "$here/map" "${ws[@]}"
map=$here/map/scene_classes.tif
corners() { gdalinfo "$1" | sed -n '/^Corner Coordinates/,/^Center/p'; }
diff <(corners "$here/scene.tif") <(corners "$map")
/usr/bin/python3 - "$map" <<'PY'
import sys
from osgeo import gdal
map_ = gdal.Open(sys.argv[1])
classes = map_.ReadAsArray()
assert classes.shape == (389, 601), classes.shape
assert (classes[:50, :70] == 255).all() and map_.GetRasterBand(1).GetNoDataValue() == 255
rest = classes.copy()
rest[:50, :70] = 1
assert rest.min() >= 1 and rest.max() <= 8, (rest.min(), rest.max())
assert map_.GetRasterBand(1).GetBlockSize() == [512, 512]
assert map_.GetMetadataItem("CLASS_4") == "forest", map_.GetMetadata()
PY

# What is no scene is one error, exit code 2.
head -c 5000 "$here/scene.tif" > "$here/cut.tif"
if "$warmstart" predict "$run" "$here/cut.tif" --out "$here/map" "${ws[@]}" 2> "$here/error.txt"; then exit 1; fi
grep -q "truncated or damaged" "$here/error.txt"
[[ $(wc -l < "$here/error.txt") == 1 ]]
[[ ! -e $here/map/cut_classes.tif ]]

"$warmstart" export "$run" --format torchscript --out "$here/net.pt" "${ws[@]}"
echo "flow complete"
