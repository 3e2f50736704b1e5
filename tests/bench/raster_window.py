"""100 random 96x96 windows of a 2048x2048x12 scene: python3 tests/bench/raster_window.py PROGRAM"""
import random
import subprocess
import sys
import tempfile
import time

import numpy
from osgeo import gdal

gdal.UseExceptions()
folder = tempfile.TemporaryDirectory()
path, table = folder.name + "/scene.tif", folder.name + "/windows.txt"
noise = numpy.random.default_rng(1)
y, x = numpy.mgrid[0:2048, 0:2048]
scene = gdal.GetDriverByName("GTiff").Create(path, 2048, 2048, 12, gdal.GDT_UInt16,
                                             ["TILED=YES", "COMPRESS=DEFLATE", "PREDICTOR=2"])
for band in range(12):
    plane = 3000 + 1500 * numpy.sin(x / (50 + band)) * numpy.cos(y / 60) + 60 * noise.standard_normal((2048, 2048))
    scene.GetRasterBand(band + 1).WriteArray(plane.astype(numpy.uint16))
del scene
draw = random.Random(7)
windows = [(draw.randrange(2048 - 96), draw.randrange(2048 - 96)) for _ in range(100)]
open(table, "w").write("\n".join("%d %d" % w for w in windows))


def theirs():
    dataset = gdal.Open(path)
    start, total = time.perf_counter(), 0.0
    for column, row in windows:
        total += float(dataset.ReadAsArray(column, row, 96, 96).astype(numpy.float32)[0, 0, 0])
    return (time.perf_counter() - start) * 1000, total


python = [theirs() for _ in range(5)]
ours = [line.split() for line in subprocess.run([sys.argv[1], path, table, "96"], check=True, capture_output=True,
                                                text=True).stdout.splitlines()]
assert abs(python[0][1] - float(ours[0][1])) < 1, (python[0], ours[0])
median = lambda values: sorted(values)[len(values) // 2]
a, b = median([float(line[0]) for line in ours]), median([p[0] for p in python])
print("ours %.1f ms (first %.1f), GDAL's Python %.1f ms (first %.1f), ratio %.2f"
      % (a, float(ours[0][0]), b, python[0][0], a / b))
