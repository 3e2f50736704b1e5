"""A scene of 10,000 x 10,000 pixels and four bands of 16 bits, tiled and deflated, for map_bench and the
memory of `warmstart predict`. Usage: large_scene.py FILE [EDGE]"""
import sys

import numpy
from osgeo import gdal, osr

edge = int(sys.argv[2]) if len(sys.argv) > 2 else 10000
random = numpy.random.default_rng(1)
driver = gdal.GetDriverByName("GTiff")
scene = driver.Create(sys.argv[1], edge, edge, 4, gdal.GDT_UInt16,
                      ["TILED=YES", "COMPRESS=DEFLATE", "PREDICTOR=2", "INTERLEAVE=PIXEL", "NUM_THREADS=2"])
scene.SetGeoTransform([300000, 10, 0, 4200000, 0, -10])
place = osr.SpatialReference()
place.ImportFromEPSG(32612)
scene.SetProjection(place.ExportToWkt())
column = numpy.arange(edge)
for top in range(0, edge, 512):
    row = numpy.arange(top, min(top + 512, edge))[:, None]
    hills = numpy.sin(column / 700) * numpy.cos(row / 500) + 0.3 * numpy.sin((column + row) / 60)
    for band in range(4):
        noise = random.integers(0, 60, hills.shape)
        scene.GetRasterBand(band + 1).WriteArray((1500 + 900 * numpy.roll(hills, band * 100, 1) + noise)
                                                 .astype(numpy.uint16), 0, top)
for band, name in enumerate(["blue", "green", "red", "nir"]):
    scene.GetRasterBand(band + 1).SetDescription(name)
