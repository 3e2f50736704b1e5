#include "plugins/satellite/io/vector_labels.h"

#include <gdal_alg.h>
#include <gdal_frmts.h>
#include <ogr_srs_api.h>
#include <ogrsf_frmts.h>

#include <algorithm>
#include <memory>
#include <mutex>
#include <set>

#include "core/base/error.h"
#include "core/base/file_guard.h"
#include "core/base/reader_stream.h"
#include "core/base/sha256.h"
#include "plugins/satellite/io/gdal_session.h"

namespace warmstart::satellite {
namespace {

constexpr int kVectorReaderVersion = 1;
const char* const kVectorDrivers[] = {"GeoJSON", "GPKG", nullptr};

void start_vectors() {
  static std::once_flag once;
  start_gdal();
  std::call_once(once, [] {
    GDALRegister_MEM();
    RegisterOGRGeoJSON();
    RegisterOGRGeoPackage();
  });
}

using VectorSet = std::unique_ptr<GDALDataset>;

VectorSet open_vector(const Path& file) {
  start_vectors();
  const GdalErrors errors;
  VectorSet set(GDALDataset::Open(file.c_str(), GDAL_OF_VECTOR | GDAL_OF_READONLY, kVectorDrivers));
  if (!set || set->GetLayerCount() == 0)
    throw Error("it cannot be opened as shapes: " + errors.first(), file.string(),
                "give a GeoJSON or GeoPackage");
  return set;
}

/// The layer wanted, or the only one. Errors name those there are.
OGRLayer& layer_of(GDALDataset& set, const std::string& wanted, const Path& file) {
  std::string names;
  for (OGRLayer* layer : set.GetLayers()) {
    if (layer->GetName() == wanted) return *layer;
    names += (names.empty() ? "" : ", ") + std::string(layer->GetName());
  }
  if (wanted.empty() && set.GetLayerCount() == 1) return *set.GetLayer(0);
  if (wanted.empty())
    throw Error("it has " + std::to_string(set.GetLayerCount()) + " layers", file.string(),
                "name one with layer: it has " + names);
  throw Error("it has no layer '" + wanted + "'", file.string(), "its layers are: " + names);
}

GuardSettings vector_guard() {
  GuardSettings settings;
  settings.reader = find_reader("warmstart-raster-reader", "satellite",
                                reinterpret_cast<const void*>(&vector_guard));
  settings.verdicts = "vector-verdicts.jsonl";
  settings.version = kVectorReaderVersion;
  settings.cpu_seconds = 60;
  settings.wall_seconds = 180;
  return settings;
}

/// The window as a data set in memory, of bytes, on the grid's place.
VectorSet canvas_for(const RasterInfo& grid, const Window& window) {
  VectorSet canvas(GetGDALDriverManager()->GetDriverByName("MEM")->Create(
      "", static_cast<int>(window.width), static_cast<int>(window.height), 1, GDT_Byte, nullptr));
  std::array<double, 6> transform = grid.place->transform;
  const auto corner =
      grid.place->at(static_cast<double>(window.column), static_cast<double>(window.row));
  transform[0] = corner[0], transform[3] = corner[1];
  canvas->SetGeoTransform(transform.data());
  canvas->SetProjection(grid.place->crs.c_str());
  return canvas;
}

void burn_class(GDALDataset& canvas, OGRLayer& layer, double value, const BurnSettings& settings,
                const GdalErrors& errors, const Path& file) {
  int band = 1;
  const char* const touched[] = {"ALL_TOUCHED=TRUE", nullptr};
  OGRLayerH handle = OGRLayer::ToHandle(&layer);
  layer.ResetReading();
  const CPLErr status = GDALRasterizeLayers(
      GDALDataset::ToHandle(&canvas), 1, &band, 1, &handle, nullptr, nullptr, &value,
      settings.all_touched ? const_cast<char**>(touched) : nullptr, nullptr, nullptr);
  if (status != CE_None)
    throw Error("the shapes cannot be drawn: " + errors.first(), file.string(),
                "check that they open elsewhere");
}

std::string quoted(const std::string& text, char quote) {
  std::string result(1, quote);
  for (const char letter : text)
    result += letter == quote ? std::string(2, quote) : std::string(1, letter);
  return result + quote;
}

}  // namespace

bool is_vector_name(const Path& path) {
  return path.extension() == ".geojson" || path.extension() == ".gpkg";
}

Json judge_vector(const Path& file) {
  const VectorSet set = open_vector(file);
  const GdalErrors errors;
  std::int64_t shapes = 0;
  std::set<std::string> attributes;
  for (OGRLayer* layer : set->GetLayers()) {
    for (int i = 0; i < layer->GetLayerDefn()->GetFieldCount(); ++i)
      attributes.insert(layer->GetLayerDefn()->GetFieldDefn(i)->GetNameRef());
    for (const auto& shape : *layer) shapes += shape->GetGeometryRef() != nullptr;
  }
  if (!errors.failure().empty())
    throw Error("its shapes cannot be read: " + errors.failure(), file.string(), "write it again");
  if (shapes == 0) throw Error("it holds no shapes", file.string(), "leave it out");
  return {{"good", true}, {"shapes", shapes}, {"attributes", attributes}};
}

void require_good_vectors(const std::vector<Path>& files) {
  std::vector<std::string> keys;
  for (const Path& file : files) {
    Sha256 hash;
    hash.update(file.extension().string());
    hash_file(hash, file);
    keys.push_back(hash.hex());
  }
  if (files.empty()) return;
  const std::vector<Json> verdicts = FileGuard(vector_guard()).judge(files, keys);
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (verdicts[i].value("good", false)) continue;
    throw Error(verdicts[i].value("reason", ""), files[i].string(), verdicts[i].value("hint", ""));
  }
}

void check_shapes(const Path& file, const BurnSettings& settings) {
  const VectorSet set = open_vector(file);
  const GdalErrors errors;
  OGRLayer& layer = layer_of(*set, settings.layer, file);
  if (settings.attribute.empty()) return;
  if (layer.GetLayerDefn()->GetFieldIndex(settings.attribute.c_str()) < 0)
    throw Error("the shapes have no attribute '" + settings.attribute + "'", file.string(),
                "correct the name of the attribute");
  for (const auto& shape : layer) {
    const std::string name = shape->GetFieldAsString(settings.attribute.c_str());
    if (std::find(settings.classes.begin(), settings.classes.end(), name) != settings.classes.end())
      continue;
    throw Error(
        "shape " + std::to_string(shape->GetFID()) + " is of '" + name + "', which is no class",
        file.string(), "correct the list of classes, or the shape");
  }
}

std::vector<std::uint8_t> burn_labels(const Path& file, const RasterInfo& grid,
                                      const Window& window, const BurnSettings& settings) {
  if (!grid.place || grid.place->crs.empty())
    throw Error("the image has no georeference, so that shapes cannot be laid over it",
                file.string(), "give the image a CRS, or a mask as a raster");
  const VectorSet set = open_vector(file);
  const GdalErrors errors;
  OGRLayer& layer = layer_of(*set, settings.layer, file);
  if (layer.GetSpatialRef() == nullptr)
    throw Error("the shapes have no CRS", file.string(), "write it with one");
  const VectorSet canvas = canvas_for(grid, window);
  if (settings.attribute.empty()) {
    burn_class(*canvas, layer, 1, settings, errors, file);
  } else {
    for (std::size_t k = 1; k < settings.classes.size(); ++k) {
      layer.SetAttributeFilter(
          (quoted(settings.attribute, '"') + " = " + quoted(settings.classes[k], '\'')).c_str());
      burn_class(*canvas, layer, static_cast<double>(k), settings, errors, file);
    }
  }
  std::vector<std::uint8_t> classes(static_cast<std::size_t>(window.width * window.height));
  const CPLErr status = canvas->GetRasterBand(1)->RasterIO(
      GF_Read, 0, 0, static_cast<int>(window.width), static_cast<int>(window.height),
      classes.data(), static_cast<int>(window.width), static_cast<int>(window.height), GDT_Byte, 0,
      0, nullptr);
  if (status != CE_None)
    throw Error("the shapes cannot be drawn: " + errors.first(), file.string(),
                "use smaller tiles");
  return classes;
}

}  // namespace warmstart::satellite
