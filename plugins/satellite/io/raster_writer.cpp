#include "plugins/satellite/io/raster_writer.h"

#include <cpl_minixml.h>
#include <cpl_string.h>
#include <gdal.h>

#include "core/base/error.h"
#include "plugins/satellite/io/gdal_session.h"

namespace warmstart::satellite {
namespace {

constexpr const char* kTiles = "512";

CPLStringList creation_options(const WriterSettings& settings) {
  CPLStringList options;
  options.SetNameValue("TILED", "YES");
  options.SetNameValue("BLOCKXSIZE", kTiles);
  options.SetNameValue("BLOCKYSIZE", kTiles);
  options.SetNameValue("COMPRESS", "DEFLATE");
  options.SetNameValue("PREDICTOR", settings.whole_numbers ? "2" : "3");
  options.SetNameValue("INTERLEAVE", "BAND");
  options.SetNameValue("BIGTIFF", "IF_SAFER");
  options.SetNameValue("SPARSE_OK", "FALSE");
  return options;
}

}  // namespace

struct RasterWriter::Handle {
  GDALDatasetH dataset = nullptr;
  ~Handle() {
    const GdalErrors quiet;
    if (dataset != nullptr) GDALClose(dataset);
  }
};

RasterWriter::RasterWriter(const Path& path, const WriterSettings& settings)
    : path_(path),
      temporary_(temporary_name(path)),
      classes_(settings.classes),
      handle_(std::make_unique<Handle>()) {
  const GdalErrors errors;
  const GDALDriverH driver = GDALGetDriverByName("GTiff");
  handle_->dataset =
      GDALCreate(driver, temporary_.c_str(), static_cast<int>(settings.width),
                 static_cast<int>(settings.height), static_cast<int>(settings.bands.size()),
                 settings.whole_numbers ? GDT_Byte : GDT_Float32, creation_options(settings));
  if (handle_->dataset == nullptr) fail(errors.first());
  if (settings.place) {
    std::array<double, 6> transform = settings.place->transform;
    GDALSetGeoTransform(handle_->dataset, transform.data());
    if (!settings.place->crs.empty())
      GDALSetProjection(handle_->dataset, settings.place->crs.c_str());
  }
  for (const auto& [name, value] : settings.notes)
    GDALSetMetadataItem(handle_->dataset, name.c_str(), value.c_str(), nullptr);
  for (std::size_t i = 0; i < settings.bands.size(); ++i) {
    const GDALRasterBandH band = GDALGetRasterBand(handle_->dataset, static_cast<int>(i) + 1);
    GDALSetDescription(band, settings.bands[i].name.c_str());
    if (settings.bands[i].no_data) GDALSetRasterNoDataValue(band, *settings.bands[i].no_data);
  }
  if (!classes_.empty()) colour_classes();
  if (!errors.failure().empty()) fail(errors.failure());
}

void RasterWriter::colour_classes() const {
  const std::unique_ptr<void, decltype(&GDALDestroyColorTable)> table(GDALCreateColorTable(GPI_RGB),
                                                                      &GDALDestroyColorTable);
  for (const auto& [value, described] : classes_) {
    const auto& [red, green, blue] = described.colour;
    const GDALColorEntry entry{red, green, blue, 255};
    GDALSetColorEntry(table.get(), value, &entry);
  }
  GDALSetRasterColorTable(GDALGetRasterBand(handle_->dataset, 1), table.get());
}

void RasterWriter::write_class_names() const {
  const std::unique_ptr<CPLXMLNode, decltype(&CPLDestroyXMLNode)> tree(
      CPLCreateXMLNode(nullptr, CXT_Element, "PAMDataset"), &CPLDestroyXMLNode);
  CPLXMLNode* const band = CPLCreateXMLNode(tree.get(), CXT_Element, "PAMRasterBand");
  CPLAddXMLAttributeAndValue(band, "band", "1");
  CPLXMLNode* const names = CPLCreateXMLNode(band, CXT_Element, "CategoryNames");
  for (int value = 0; value <= classes_.rbegin()->first; ++value) {
    const auto found = classes_.find(value);
    CPLCreateXMLElementAndValue(names, "Category",
                                found != classes_.end() ? found->second.name.c_str() : "");
  }
  const std::unique_ptr<char, decltype(&VSIFree)> text(CPLSerializeXMLTree(tree.get()), &VSIFree);
  write_atomically(path_.string() + ".aux.xml", text.get());
}

RasterWriter::~RasterWriter() {
  handle_.reset();
  std::error_code code;
  std::filesystem::remove(temporary_, code);
}

void RasterWriter::fail(const std::string& why) const {
  throw Error("the GeoTIFF cannot be written: " + why, path_.string(),
              "check the folder and the free space", ErrorKind::kMachine);
}

void RasterWriter::write(std::size_t band, const Window& window, const std::vector<float>& values) {
  const GdalErrors errors;
  std::vector<float> copy = values;
  const CPLErr status = GDALRasterIO(
      GDALGetRasterBand(handle_->dataset, static_cast<int>(band) + 1), GF_Write,
      static_cast<int>(window.column), static_cast<int>(window.row), static_cast<int>(window.width),
      static_cast<int>(window.height), copy.data(), static_cast<int>(window.width),
      static_cast<int>(window.height), GDT_Float32, 0, 0);
  if (status != CE_None) fail(errors.first());
}

void RasterWriter::finish() {
  {
    const GdalErrors errors;
    GDALFlushCache(handle_->dataset);
    GDALClose(handle_->dataset);
    handle_->dataset = nullptr;
    if (!errors.failure().empty()) fail(errors.failure());
  }
  if (file_system().rename(temporary_.c_str(), path_.c_str()) != 0)
    fail("it cannot be renamed to its name");
  if (!classes_.empty()) write_class_names();
}

}  // namespace warmstart::satellite
