"""Rasters for the tests, and what GDAL's own Python says of them.

  rasters.py make FOLDER                      writes one raster of every kind
  rasters.py read FILE X Y W H OUT            window as float32 (band, row, column), as stored
  rasters.py info FILE                        JSON: size, bands, geotransform, EPSG code, compression, block
  rasters.py place FILE COLUMN ROW            latitude and longitude of a point in pixels
  rasters.py tiles FOLDER                     images/ and masks/ of seven tiles in a row, for the smoke test
  rasters.py shapes FILE [EPSG]               rectangles over the 200x150 rasters, kinds water and road; GeoPackage or GeoJSON
  rasters.py photos FOLDER                    train/CLASS/*.jpg of 32 pixels, for the smoke test
  rasters.py layers FILE                      a GeoPackage of two layers: water (as by shapes) and paths, without a shape of class
  rasters.py density FILE [BANDS]             numbers for the 200x150 rasters: a slope from 0 to 1, no data in a corner
  rasters.py wide FILE                        three bands of 16 bits
  rasters.py placed FOLDER                    CLASS/*.tif of 16 pixels, side by side in a row on the ground
  rasters.py mask FILE [EPSG]                 a mask for the 200x150 rasters: values 0 and 7, 255 = no data
"""
import json
import sys

import numpy
from osgeo import gdal, osr

gdal.UseExceptions()


def values(bands, height, width, seed=7):
    """Smooth hills with noise, 0 to about 10,000."""
    random = numpy.random.default_rng(seed)
    y, x = numpy.mgrid[0:height, 0:width]
    planes = [5000 + 3000 * numpy.sin(x / (9 + b)) * numpy.cos(y / (7 + b)) + 300 * random.standard_normal((height, width))
              for b in range(bands)]
    return numpy.clip(numpy.stack(planes), 1, 10000)


def fill(dataset, data, pixel=10.0, names=None, no_data=None):
    reference = osr.SpatialReference()
    reference.ImportFromEPSG(32633)
    dataset.SetProjection(reference.ExportToWkt())
    dataset.SetGeoTransform((500000.0, pixel, 0, 4649776.0, 0, -pixel))
    for b in range(data.shape[0]):
        band = dataset.GetRasterBand(b + 1)
        if no_data is not None:
            band.SetNoDataValue(no_data)
        if names:
            band.SetDescription(names[b])
        band.WriteArray(data[b])


def create(path, data, kind=gdal.GDT_UInt16, options=(), **more):
    dataset = gdal.GetDriverByName("GTiff").Create(path, data.shape[2], data.shape[1], data.shape[0], kind, list(options))
    fill(dataset, data, **more)
    return dataset


def make(folder):
    names = ["B2 blue", "B3 green", "B4 red", "B8 nir"]
    data = values(4, 150, 200)
    create(folder + "/plain.tif", data, names=names)
    create(folder + "/tiled.tif", data, options=["TILED=YES", "BLOCKXSIZE=64", "BLOCKYSIZE=64", "COMPRESS=DEFLATE", "PREDICTOR=2"],
           names=names)
    create(folder + "/big.tif", data, options=["BIGTIFF=YES", "COMPRESS=LZW", "INTERLEAVE=BAND"], names=names)
    create(folder + "/motorola.tif", data, options=["ENDIANNESS=BIG"], names=names)
    hole = data.copy()
    hole[:, 20:40, 30:60] = 0
    scaled = create(folder + "/scaled.tif", hole, names=names, no_data=0)
    for b in range(4):
        scaled.GetRasterBand(b + 1).SetScale(0.0001)
        scaled.GetRasterBand(b + 1).SetOffset(-0.1)
    del scaled
    create(folder + "/empty.tif", numpy.zeros((4, 150, 200)), names=names, no_data=0)
    dead = data.copy()
    dead[2] = 42
    create(folder + "/constant.tif", dead, names=names)
    create(folder + "/float.tif", data / 10000 - 0.5, gdal.GDT_Float32, names=names)
    plain = gdal.Open(folder + "/plain.tif")
    gdal.GetDriverByName("COG").CreateCopy(folder + "/cog.tif", plain, options=["BLOCKSIZE=128"])
    gdal.GetDriverByName("JP2OpenJPEG").CreateCopy(folder + "/lossless.jp2", plain, options=["REVERSIBLE=YES", "QUALITY=100"])
    rgb = gdal.Translate("", plain, format="MEM", bandList=[3, 2, 1], outputType=gdal.GDT_Byte, scaleParams=[[0, 10000, 0, 255]])
    gdal.GetDriverByName("PNG").CreateCopy(folder + "/picture.png", rgb)
    gdal.GetDriverByName("JPEG").CreateCopy(folder + "/picture.jpg", rgb)
    gdal.BuildVRT(folder + "/mosaic.vrt", [folder + "/plain.tif"])
    # A scene in a folder: three bands of 10 m and one of 20 m over the same ground.
    import os
    os.makedirs(folder + "/scene", exist_ok=True)
    for b, name in enumerate(["B02", "B03", "B04"]):
        create(folder + "/scene/" + name + ".tif", data[b:b + 1])
    coarse = data[3:4].reshape(1, 75, 2, 100, 2).mean(axis=(2, 4))
    create(folder + "/scene/B11.tif", coarse, pixel=20.0)


def tiles(folder):
    """Smooth, so that they are small: class and colours follow one slope."""
    import os
    names = ["B2 blue", "B3 green", "B4 red", "B5 nir"]
    for kind in ("images", "masks"):
        os.makedirs(folder + "/" + kind, exist_ok=True)
    y, x = numpy.mgrid[0:64, 0:64]
    for n in range(7):
        ground = numpy.floor((x + y) / 16 + n) % 8
        for kind, data, more in (("images", numpy.stack([8000 + 500 * ground + 100 * b for b in range(4)]), {"names": names}),
                                 ("masks", ground[None] + 1, {"no_data": 255})):
            path = "%s/%s/r00_c%02d.tif" % (folder, kind, n)
            dataset = create(path, data, gdal.GDT_UInt16 if kind == "images" else gdal.GDT_Byte,
                             ["COMPRESS=DEFLATE", "PREDICTOR=2"], **more)
            dataset.SetGeoTransform((500000.0 + 640 * n, 10.0, 0, 4649776.0, 0, -10.0))


def density(path, bands):
    data = numpy.tile(numpy.add.outer(numpy.arange(150), numpy.arange(200))[None] / 348.0, (bands, 1, 1))
    data[:, :10, :20] = -9999
    create(path, data, gdal.GDT_Float32, no_data=-9999)


def layers(path):
    from osgeo import ogr
    shapes(path, 32633)
    source = ogr.GetDriverByName("GPKG").Open(path, 1)
    source.ExecuteSQL("ALTER TABLE labels RENAME TO water")
    reference = osr.SpatialReference()
    reference.ImportFromEPSG(32633)
    source.CreateLayer("paths", reference, ogr.wkbPolygon)


def placed(folder):
    """Class a is dark, class b bright; they take turns from west to east."""
    import os
    for n in range(24):
        label = "ab"[n % 2]
        os.makedirs(folder + "/" + label, exist_ok=True)
        dataset = create("%s/%s/%02d.tif" % (folder, label, n), values(3, 16, 16, n) / 100 + 100 * (n % 2), gdal.GDT_Byte)
        dataset.SetGeoTransform((500000.0 + 160 * n, 10.0, 0, 4649776.0, 0, -10.0))


def shapes(path, code):
    """In pixels: water over rows 10-29 and columns 20-59, road over rows 25-34 and columns 50-99."""
    from osgeo import ogr
    utm, target = osr.SpatialReference(), osr.SpatialReference()
    utm.ImportFromEPSG(32633)
    target.ImportFromEPSG(code)
    for reference in (utm, target):
        reference.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    move = osr.CoordinateTransformation(utm, target)
    driver = ogr.GetDriverByName("GPKG" if path.endswith(".gpkg") else "GeoJSON")
    layer = driver.CreateDataSource(path)
    table = layer.CreateLayer("labels", target, ogr.wkbPolygon)
    table.CreateField(ogr.FieldDefn("kind", ogr.OFTString))
    for kind, top, bottom, left, right in (("water", 10, 30, 20, 60), ("road", 25, 35, 50, 100)):
        ring = ogr.Geometry(ogr.wkbLinearRing)
        for row, column in ((top, left), (top, right), (bottom, right), (bottom, left), (top, left)):
            x, y, _ = move.TransformPoint(500000.0 + 10 * column, 4649776.0 - 10 * row)
            ring.AddPoint_2D(x, y)
        polygon = ogr.Geometry(ogr.wkbPolygon)
        polygon.AddGeometry(ring)
        feature = ogr.Feature(table.GetLayerDefn())
        feature.SetField("kind", kind)
        feature.SetGeometry(polygon)
        table.CreateFeature(feature)


def photos(folder):
    import os
    y, x = numpy.mgrid[0:32, 0:32]
    for k in range(10):
        os.makedirs("%s/train/class%d" % (folder, k), exist_ok=True)
        for n in range(3):
            wave = numpy.sin(x / (2 + k) + n) * numpy.cos(y / (3 + k))
            picture = gdal.GetDriverByName("MEM").Create("", 32, 32, 3, gdal.GDT_Byte)
            for b in range(3):
                picture.GetRasterBand(b + 1).WriteArray(120 + 20 * b + 90 * wave)
            gdal.GetDriverByName("JPEG").CreateCopy("%s/train/class%d/%d.jpg" % (folder, k, n), picture)


def info(path):
    dataset = gdal.Open(path)
    code = None
    if dataset.GetProjection():
        reference = osr.SpatialReference(wkt=dataset.GetProjection())
        code = reference.GetAuthorityCode(None)
    bands = [dataset.GetRasterBand(b + 1) for b in range(dataset.RasterCount)]
    print(json.dumps({
        "size": [dataset.RasterXSize, dataset.RasterYSize],
        "transform": dataset.GetGeoTransform(can_return_null=True),
        "epsg": code,
        "compression": dataset.GetMetadataItem("COMPRESSION", "IMAGE_STRUCTURE"),
        "metadata": dataset.GetMetadata(),
        "bands": [{"name": b.GetDescription(), "type": gdal.GetDataTypeName(b.DataType), "no_data": "nan" if b.GetNoDataValue() != b.GetNoDataValue() else b.GetNoDataValue(),
                   "scale": b.GetScale(), "offset": b.GetOffset(), "block": b.GetBlockSize(),
                   "colours": {v: b.GetColorTable().GetColorEntry(v)[:3] for v in range(256)} if b.GetColorTable() else None,
                   "categories": b.GetCategoryNames(),
                   "low": b.ComputeRasterMinMax(False)[0] if len(sys.argv) > 3 else None} for b in bands]}))


def main():
    what, path = sys.argv[1], sys.argv[2]
    if what == "make":
        make(path)
    elif what == "info":
        info(path)
    elif what == "shapes":
        shapes(path, int(sys.argv[3]) if len(sys.argv) > 3 else 32633)
    elif what == "layers":
        layers(path)
    elif what == "density":
        density(path, int(sys.argv[3]) if len(sys.argv) > 3 else 1)
    elif what == "wide":
        create(path, values(3, 150, 200))
    elif what == "placed":
        placed(path)
    elif what == "photos":
        photos(path)
    elif what == "tiles":
        tiles(path)
    elif what == "mask":
        data = numpy.where(numpy.add.outer(numpy.arange(150), numpy.arange(200)) % 50 < 20, 7, 0)[None]
        data[0, 100:110, 100:120] = 255
        dataset = create(path, data, gdal.GDT_Byte, no_data=255)
        if len(sys.argv) > 3:
            other = osr.SpatialReference()
            other.ImportFromEPSG(int(sys.argv[3]))
            dataset.SetProjection(other.ExportToWkt())
    elif what == "read":
        x, y, w, h = map(int, sys.argv[3:7])
        data = gdal.Open(path).ReadAsArray(x, y, w, h).astype(numpy.float32)
        data.tofile(sys.argv[7])
    elif what == "place":
        dataset = gdal.Open(path)
        source, target = osr.SpatialReference(wkt=dataset.GetProjection()), osr.SpatialReference()
        target.ImportFromEPSG(4326)
        t = dataset.GetGeoTransform()
        column, row = map(float, sys.argv[3:5])
        source.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
        lat, lon, _ = osr.CoordinateTransformation(source, target).TransformPoint(
            t[0] + column * t[1] + row * t[2], t[3] + column * t[4] + row * t[5])
        print(lat, lon)


main()
