// Which files a VRT draws on. A VRT is a small program: it may name any file or address, and
// scripts; only the elements of plain mosaics and band stacks are let through.
#include <cpl_minixml.h>
#include <cpl_string.h>

#include <algorithm>
#include <memory>
#include <set>

#include "core/base/error.h"
#include "plugins/satellite/io/format_check.h"
#include "plugins/satellite/io/gdal_session.h"

namespace warmstart::satellite {
namespace {

constexpr std::uintmax_t kMostVrtBytes = std::uintmax_t{16} << 20;

const std::set<std::string>& harmless_elements() {
  static const std::set<std::string> names{"VRTDataset",       "SRS",
                                           "GeoTransform",     "VRTRasterBand",
                                           "NoDataValue",      "ColorInterp",
                                           "Description",      "UnitType",
                                           "Offset",           "Scale",
                                           "CategoryNames",    "Category",
                                           "ColorTable",       "Entry",
                                           "Metadata",         "MDI",
                                           "BlockXSize",       "BlockYSize",
                                           "HideNoDataValue",  "SimpleSource",
                                           "ComplexSource",    "AveragedSource",
                                           "SourceFilename",   "SourceBand",
                                           "SourceProperties", "SrcRect",
                                           "DstRect",          "NODATA",
                                           "ScaleOffset",      "ScaleRatio",
                                           "UseMaskBand"};
  return names;
}

Path allowed_source(const Path& vrt, const std::string& name, bool relative, VrtSources sources) {
  std::error_code code;
  const Path folder = std::filesystem::weakly_canonical(vrt.parent_path(), code);
  const Path named(name);
  const Path full = relative && named.is_relative() ? vrt.parent_path() / named : named;
  if (sources == VrtSources::kAnywhere && full.is_absolute()) return full;
  const Path real = std::filesystem::weakly_canonical(full, code);
  const auto [end, rest] = std::mismatch(folder.begin(), folder.end(), real.begin(), real.end());
  if (end == folder.end() && !code && full.is_absolute()) return full;
  throw Error(
      "the VRT points outside its folder: " + name, vrt.string(),
      "put its files beside it, write its pixels to a GeoTIFF with gdal_translate, or, where "
      "you made it yourself, set vrt_outside_folder: true");
}

void collect_sources(const CPLXMLNode* node, const Path& vrt, VrtSources allowed,
                     std::vector<Path>& sources) {
  for (; node != nullptr; node = node->psNext) {
    if (node->eType != CXT_Element) continue;
    const std::string name = node->pszValue;
    if (name[0] == '?') continue;
    if (harmless_elements().count(name) == 0)
      throw Error("the VRT holds <" + name + ">, which is not read here", vrt.string(),
                  "write its pixels to a GeoTIFF with gdal_translate");
    if (name == "SourceFilename") {
      const bool relative = std::string(CPLGetXMLValue(node, "relativeToVRT", "0")) == "1";
      const Path source = allowed_source(vrt, CPLGetXMLValue(node, nullptr, ""), relative, allowed);
      if (std::find(sources.begin(), sources.end(), source) == sources.end())
        sources.push_back(source);
    }
    if (name == "VRTRasterBand" && CPLGetXMLNode(node, "subClass") != nullptr)
      throw Error(std::string("the VRT has a band of class ") +
                      CPLGetXMLValue(node, "subClass", "") + ", which is not read here",
                  vrt.string(), "write its pixels to a GeoTIFF with gdal_translate");
    collect_sources(node->psChild, vrt, allowed, sources);
  }
}

}  // namespace

std::vector<Path> check_vrt(const Path& path, VrtSources allowed) {
  const std::string text = read_file(path, kMostVrtBytes);
  const GdalErrors errors;
  const std::unique_ptr<CPLXMLNode, decltype(&CPLDestroyXMLNode)> tree(
      CPLParseXMLString(text.c_str()), &CPLDestroyXMLNode);
  if (!tree)
    throw Error("the VRT is not well-formed: " + errors.first(), path.string(), "write it again");
  std::vector<Path> sources;
  collect_sources(tree.get(), std::filesystem::absolute(path), allowed, sources);
  return sources;
}

}  // namespace warmstart::satellite
