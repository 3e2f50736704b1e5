#include "plugins/satellite/io/format_check.h"

#include <algorithm>
#include <cctype>
#include <fstream>

#include "core/base/error.h"

namespace warmstart::satellite {
namespace {

constexpr std::size_t kMostVrtSources = 10000;
constexpr int kDeepestVrt = 4;

bool starts(const std::string& bytes, std::string_view magic) {
  return bytes.compare(0, magic.size(), magic) == 0;
}

bool is_tiff(const std::string& bytes) {
  return starts(bytes, {"II*\0", 4}) || starts(bytes, {"MM\0*", 4}) ||
         starts(bytes, {"II+\0", 4}) || starts(bytes, {"MM\0+", 4});
}

void add_files(const Path& path, VrtSources sources, int depth, std::vector<Path>& files) {
  if (std::find(files.begin(), files.end(), path) != files.end()) return;
  files.push_back(path);
  const RasterFormat format = raster_format(path);
  if (format == RasterFormat::kTiff) check_tiff(path);
  if (format != RasterFormat::kVrt) return;
  if (depth == kDeepestVrt)
    throw Error("it is a VRT of VRTs, more than " + std::to_string(kDeepestVrt) + " deep",
                path.string(), "write its pixels to a GeoTIFF with gdal_translate");
  for (const Path& source : check_vrt(path, sources)) add_files(source, sources, depth + 1, files);
  if (files.size() > kMostVrtSources)
    throw Error("it draws on more than " + std::to_string(kMostVrtSources) + " files",
                path.string(), "split it, or write its pixels to a GeoTIFF");
}

}  // namespace

RasterFormat raster_format(const Path& path) {
  if (!std::filesystem::is_regular_file(path))
    throw Error("there is no such raster file", path.string(), "check the name");
  std::ifstream file(path, std::ios::binary);
  std::string bytes(512, '\0');
  file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<std::size_t>(file.gcount()));
  if (bytes.empty()) throw Error("the file is empty", path.string(), "copy it again");
  if (is_tiff(bytes)) return RasterFormat::kTiff;
  if (starts(bytes, "\x89PNG\r\n\x1a\n")) return RasterFormat::kPng;
  if (starts(bytes, "\xff\xd8\xff")) return RasterFormat::kJpeg;
  const bool boxed = starts(bytes, {"\0\0\0\x0cjP  \r\n\x87\n", 12});
  if (boxed || starts(bytes, {"\xff\x4f\xff\x51", 4})) return RasterFormat::kJpeg2000;
  if (bytes.find("<VRTDataset") != std::string::npos) return RasterFormat::kVrt;
  throw Error("it is no raster that can be read", path.string(),
              "give a GeoTIFF, JPEG 2000, VRT, PNG or JPEG");
}

bool is_raster_name(const Path& path) {
  std::string end = path.extension().string();
  std::transform(end.begin(), end.end(), end.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  for (const char* known : {".tif", ".tiff", ".vrt", ".png", ".jpg", ".jpeg", ".jp2", ".j2k"})
    if (end == known) return true;
  return false;
}

std::vector<Path> check_raster(const Path& path, VrtSources sources) {
  std::vector<Path> files;
  add_files(path, sources, 0, files);
  return files;
}

}  // namespace warmstart::satellite
