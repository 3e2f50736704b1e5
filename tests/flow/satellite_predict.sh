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

# What it recorded lies where the scenes do, to the pixel: the captured image is the file's at its geotransform.
/usr/bin/python3 - "$here/workspace/runs/$run" <<'PY'
import json
import pathlib
import struct
import sys
import numpy
from osgeo import gdal
files = sorted(pathlib.Path(sys.argv[1]).glob("captures/*/segmentation.safetensors"))
events = [json.loads(line) for line in open(sys.argv[1] + "/events.jsonl")]
captures = [e for e in events if e["event"] == "capture"]
assert all(e["placed"] for e in captures) and {e["inspector"] for e in captures} == {"segmentation", "grad_cam", "embedding"}, captures
data = files[-1].read_bytes()
length, = struct.unpack("<Q", data[:8])
header = json.loads(data[8:8 + length])
def array(name):
    begin, end = header[name]["data_offsets"]
    kind = {"F32": "<f4", "F64": "<f8", "U8": "u1"}[header[name]["dtype"]]
    return numpy.frombuffer(data[8 + length + begin:8 + length + end], kind).reshape(header[name]["shape"])
about = json.loads(header["__metadata__"]["capture"])
assert about["class_values"] == [1, 2, 3, 4, 5, 6, 7, 8], about
mean, std = numpy.array([9716, 9737, 10382, 15897]), numpy.array([1192, 1637, 2580, 2750])
assert len(about["origins"]) == len(array("geotransform")) > 0
for sample, (origin, place) in enumerate(zip(about["origins"], array("geotransform"))):
    scene = gdal.Open(origin["file"])
    assert origin["crs_name"] == "EPSG:" + scene.GetSpatialRef().GetAuthorityCode(None)
    left, top = gdal.ApplyGeoTransform(gdal.InvGeoTransform(scene.GetGeoTransform()), place[0], place[3])
    image = array("image")[sample]
    there = scene.ReadAsArray(round(left), round(top), image.shape[2], image.shape[1])
    names = [scene.GetRasterBand(b + 1).GetDescription() for b in range(4)]
    order = [next(i for i, n in enumerate(names) if colour in n.split()) for colour in ["blue", "green", "red", "nir"]]
    told = (image * std[:, None, None] + mean[:, None, None])
    assert abs(told - there[order]).max() < 1, (origin["scene"], abs(told - there[order]).max())
    mask = gdal.Open(origin["file"].replace("/images/", "/masks/")).ReadAsArray()
    label = array("label")[sample]
    assert ((label == 255) | (label + 1 == mask)).all()
PY

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

# Scenes of equal names stay apart, one without data is named, and the confidence comes when it is asked for.
mkdir "$here/east" "$here/west"
cp "$here/scene.tif" "$here/east/scene.tif"
cp "$here/scene.tif" "$here/west/scene.tif"
gdal_translate -q -a_nodata 0 -scale 0 65535 0 0 "$here/scene.tif" "$here/void.tif"
"$warmstart" predict "$run" "$here/east/scene.tif" "$here/west/scene.tif" "$here/void.tif" --out "$here/maps" --confidence --tile 128 \
  --json "${ws[@]}" > "$here/told.json" 2> "$here/warnings.txt"
/usr/bin/python3 - "$here/told.json" <<'PY'
import json, os, sys
told = json.load(open(sys.argv[1]))
names = [os.path.basename(f) for f in told["files"]]
assert names == ["east_scene_classes.tif", "east_scene_confidence.tif", "west_scene_classes.tif", "west_scene_confidence.tif"], names
assert told["skipped"] == ["void: no data in any band"], told
PY
grep -q "left out: void: no data in any band" "$here/warnings.txt"
gdalinfo "$here/maps/east_scene_classes.tif" > "$here/info.txt"
grep -q "4: forest" "$here/info.txt"
grep -q "4: 204,121,167,255" "$here/info.txt"

# What is no scene is one error, exit code 2.
head -c 5000 "$here/scene.tif" > "$here/cut.tif"
if "$warmstart" predict "$run" "$here/cut.tif" --out "$here/map" "${ws[@]}" 2> "$here/error.txt"; then exit 1; fi
grep -q "truncated or damaged" "$here/error.txt"
[[ $(wc -l < "$here/error.txt") == 1 ]]
[[ ! -e $here/map/cut_classes.tif ]]

"$warmstart" export "$run" --format torchscript --out "$here/net.pt" "${ws[@]}"
echo "flow complete"
