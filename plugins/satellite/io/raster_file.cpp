#include "plugins/satellite/io/raster_file.h"

#include <gdal.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/base/error.h"
#include "plugins/satellite/io/gdal_session.h"

namespace warmstart::satellite {
namespace {

std::string text_of(const char* text) { return text != nullptr ? text : ""; }

std::optional<Place> place_of(GDALDatasetH dataset) {
  Place place;
  place.crs = text_of(GDALGetProjectionRef(dataset));
  const bool placed = GDALGetGeoTransform(dataset, place.transform.data()) == CE_None;
  if (!placed) return std::nullopt;
  return place;
}

std::string colour_of(GDALRasterBandH handle) {
  switch (GDALGetRasterColorInterpretation(handle)) {
    case GCI_RedBand:
      return "red";
    case GCI_GreenBand:
      return "green";
    case GCI_BlueBand:
      return "blue";
    case GCI_AlphaBand:
      return "alpha";
    default:
      return "";
  }
}

RasterBand band_of(GDALRasterBandH handle, int number) {
  RasterBand band;
  band.name = text_of(GDALGetDescription(handle));
  if (band.name.empty()) band.name = colour_of(handle);
  if (band.name.empty()) band.name = "band " + std::to_string(number);
  band.unit = text_of(GDALGetRasterUnitType(handle));
  band.type = text_of(GDALGetDataTypeName(GDALGetRasterDataType(handle)));
  int known = 0;
  const double scale = GDALGetRasterScale(handle, &known);
  if (known) band.scale = scale;
  const double offset = GDALGetRasterOffset(handle, &known);
  if (known) band.offset = offset;
  const double no_data = GDALGetRasterNoDataValue(handle, &known);
  if (known) band.no_data = no_data;
  return band;
}

GDALRIOResampleAlg algorithm_of(Resampling resampling) {
  switch (resampling) {
    case Resampling::kBilinear:
      return GRIORA_Bilinear;
    case Resampling::kAverage:
      return GRIORA_Average;
    default:
      return GRIORA_NearestNeighbour;
  }
}

float as_read(double no_data) {
  const double most = std::numeric_limits<float>::max();
  return std::isfinite(no_data) ? static_cast<float>(std::clamp(no_data, -most, most))
                                : static_cast<float>(no_data);
}

}  // namespace

struct RasterFile::Handle {
  GDALDatasetH dataset = nullptr;
  ~Handle() {
    const GdalErrors quiet;
    if (dataset != nullptr) GDALClose(dataset);
  }
};

RasterFile::RasterFile(const Path& path) : path_(path), handle_(std::make_unique<Handle>()) {
  const GdalErrors errors;
  handle_->dataset = GDALOpenEx(path.c_str(), GDAL_OF_RASTER | GDAL_OF_READONLY | GDAL_OF_INTERNAL,
                                raster_drivers(), nullptr, nullptr);
  if (handle_->dataset == nullptr) {
    throw Error("it cannot be opened as a raster: " + errors.first(), path.string(),
                "check that it opens elsewhere");
  }
  info_.width = GDALGetRasterXSize(handle_->dataset);
  info_.height = GDALGetRasterYSize(handle_->dataset);
  info_.place = place_of(handle_->dataset);
  for (int number = 1; number <= GDALGetRasterCount(handle_->dataset); ++number) {
    const GDALRasterBandH band = GDALGetRasterBand(handle_->dataset, number);
    if (GDALDataTypeIsComplex(GDALGetRasterDataType(band)))
      throw Error("band " + std::to_string(number) + " holds complex values", path.string(),
                  "write magnitude and phase as bands");
    info_.bands.push_back(band_of(band, number));
  }
  if (info_.bands.empty())
    throw Error("it holds no bands", path.string(), "name one of its sub-datasets as a file");
}

RasterFile::~RasterFile() = default;

std::array<std::int64_t, 2> RasterFile::block() const {
  int width = 0, height = 0;
  GDALGetBlockSize(GDALGetRasterBand(handle_->dataset, 1), &width, &height);
  return {width, height};
}

std::vector<std::string> RasterFile::class_names() const {
  constexpr int kMost = 256;
  std::vector<std::string> names;
  for (int value = 0; value < kMost; ++value) {
    const std::string key = "CLASS_" + std::to_string(value);
    const char* const name = GDALGetMetadataItem(handle_->dataset, key.c_str(), nullptr);
    if (name == nullptr) continue;
    names.resize(static_cast<std::size_t>(value) + 1);
    names.back() = name;
  }
  if (!names.empty()) return names;
  char** const categories = GDALGetRasterCategoryNames(GDALGetRasterBand(handle_->dataset, 1));
  for (char** name = categories; name != nullptr && *name != nullptr; ++name)
    names.emplace_back(*name);
  return names;
}

std::vector<float> RasterFile::read(const std::vector<std::size_t>& bands,
                                    const Window& window) const {
  return read(bands, {static_cast<double>(window.column), static_cast<double>(window.row),
                      static_cast<double>(window.width), static_cast<double>(window.height),
                      window.width, window.height, Resampling::kNearest});
}

std::vector<float> RasterFile::read(const std::vector<std::size_t>& bands,
                                    const ResampledWindow& window) const {
  const double right = window.left + window.width, bottom = window.top + window.height;
  const bool inside = window.left >= 0 && window.top >= 0 && window.width > 0 &&
                      window.height > 0 && right <= static_cast<double>(info_.width) &&
                      bottom <= static_cast<double>(info_.height) && window.columns > 0 &&
                      window.rows > 0;
  const auto count = static_cast<std::int64_t>(bands.size()) * window.columns * window.rows;
  if (!inside || count > kMostWindowBytes / 4)
    throw Error("the window does not lie within the raster, or is too large", path_.string(),
                "ask for a part of it");
  std::vector<int> numbers;
  for (const std::size_t band : bands) numbers.push_back(static_cast<int>(band) + 1);
  GDALRasterIOExtraArg extra;
  INIT_RASTERIO_EXTRA_ARG(extra);
  extra.eResampleAlg = algorithm_of(window.resampling);
  extra.bFloatingPointWindowValidity = TRUE;
  extra.dfXOff = window.left, extra.dfYOff = window.top;
  extra.dfXSize = window.width, extra.dfYSize = window.height;
  const int left = static_cast<int>(std::floor(window.left)),
            top = static_cast<int>(std::floor(window.top));
  std::vector<float> values(static_cast<std::size_t>(count));
  const GdalErrors errors;
  const CPLErr status = GDALDatasetRasterIOEx(
      handle_->dataset, GF_Read, left, top, static_cast<int>(std::ceil(right)) - left,
      static_cast<int>(std::ceil(bottom)) - top, values.data(), static_cast<int>(window.columns),
      static_cast<int>(window.rows), GDT_Float32, static_cast<int>(numbers.size()), numbers.data(),
      0, 0, 0, &extra);
  const bool cut = errors.first().find("Premature end") != std::string::npos;
  if (status != CE_None || cut)
    throw Error("its pixels cannot be decoded: " + errors.first(), path_.string(),
                "it is truncated or damaged; copy it again");
  to_physical(bands, values);
  return values;
}

void RasterFile::to_physical(const std::vector<std::size_t>& bands,
                             std::vector<float>& values) const {
  const std::size_t plane = bands.empty() ? 0 : values.size() / bands.size();
  for (std::size_t i = 0; i < bands.size(); ++i) {
    const RasterBand& band = info_.bands[bands[i]];
    float* const first = values.data() + i * plane;
    if (band.no_data && !std::isnan(*band.no_data)) {
      std::replace(first, first + plane, as_read(*band.no_data),
                   std::numeric_limits<float>::quiet_NaN());
    }
    if (band.scale == 1 && band.offset == 0) continue;
    for (float* value = first; value < first + plane; ++value)
      *value = static_cast<float>(*value * band.scale + band.offset);
  }
}

}  // namespace warmstart::satellite
