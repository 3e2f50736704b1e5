#include "plugins/satellite/io/raster.h"

#include <ogr_spatialref.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <memory>
#include <sstream>

#include "core/base/error.h"
#include "plugins/satellite/io/gdal_session.h"

namespace warmstart::satellite {
namespace {

Json number_or_text(double value) {
  if (std::isfinite(value)) return value;
  return std::isnan(value) ? "nan" : value > 0 ? "inf" : "-inf";
}

double number_of(const Json& json) {
  return json.is_number() ? json.get<double>() : std::strtod(json.get<std::string>().c_str(), {});
}

Json band_json(const RasterBand& band) {
  Json json{{"name", band.name},
            {"unit", band.unit},
            {"type", band.type},
            {"scale", band.scale},
            {"offset", band.offset},
            {"low", number_or_text(band.low)},
            {"high", number_or_text(band.high)},
            {"valid", band.valid}};
  if (band.no_data) json["no_data"] = number_or_text(*band.no_data);
  return json;
}

RasterBand band_from_json(const Json& json) {
  RasterBand band;
  band.name = json.at("name").get<std::string>();
  band.unit = json.at("unit").get<std::string>();
  band.type = json.at("type").get<std::string>();
  band.scale = json.at("scale").get<double>();
  band.offset = json.at("offset").get<double>();
  band.low = number_of(json.at("low"));
  band.high = number_of(json.at("high"));
  band.valid = json.at("valid").get<std::int64_t>();
  if (json.contains("no_data")) band.no_data = number_of(json["no_data"]);
  return band;
}

bool same_word(const std::string& a, const std::string& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
    return std::tolower(static_cast<unsigned char>(x)) ==
           std::tolower(static_cast<unsigned char>(y));
  });
}

bool has_word(const std::string& name, const std::string& wanted) {
  std::istringstream words(name);
  for (std::string word; words >> word;)
    if (same_word(word, wanted)) return true;
  return false;
}

std::vector<std::size_t> bands_called(const std::vector<RasterBand>& bands,
                                      const std::string& wanted) {
  std::vector<std::size_t> whole, by_word;
  for (std::size_t i = 0; i < bands.size(); ++i) {
    if (bands[i].name == wanted) whole.push_back(i);
    if (has_word(bands[i].name, wanted)) by_word.push_back(i);
  }
  if (!whole.empty()) return whole;
  if (!by_word.empty()) return by_word;
  std::size_t number = 0;
  const auto [end, code] = std::from_chars(wanted.data(), wanted.data() + wanted.size(), number);
  const bool counted = code == std::errc{} && end == wanted.data() + wanted.size();
  if (counted && number >= 1 && number <= bands.size()) return {number - 1};
  return {};
}

std::string size_text(const RasterInfo& info) {
  return std::to_string(info.width) + "x" + std::to_string(info.height);
}

OGRSpatialReference reference_of(const std::string& wkt) {
  OGRSpatialReference reference;
  if (!wkt.empty()) reference.importFromWkt(wkt.c_str());
  reference.SetAxisMappingStrategy(OAMS_TRADITIONAL_GIS_ORDER);
  return reference;
}

}  // namespace

std::array<double, 2> Place::at(double column, double row) const {
  const auto& t = transform;
  return {t[0] + column * t[1] + row * t[2], t[3] + column * t[4] + row * t[5]};
}

Json to_json(const RasterInfo& info) {
  Json json{{"width", info.width}, {"height", info.height}, {"bands", Json::array()}};
  for (const RasterBand& band : info.bands) json["bands"].push_back(band_json(band));
  if (info.place) {
    json["crs"] = info.place->crs;
    json["transform"] = info.place->transform;
  }
  return json;
}

RasterInfo raster_info_from_json(const Json& json) {
  RasterInfo info;
  info.width = json.at("width").get<std::int64_t>();
  info.height = json.at("height").get<std::int64_t>();
  for (const Json& band : json.at("bands")) info.bands.push_back(band_from_json(band));
  if (json.contains("transform")) {
    info.place =
        Place{json.at("crs").get<std::string>(), json.at("transform").get<std::array<double, 6>>()};
  }
  return info;
}

std::vector<std::size_t> pick_bands(const std::vector<RasterBand>& bands,
                                    const std::vector<std::string>& names,
                                    const std::string& where) {
  std::vector<std::size_t> picked;
  if (names.empty()) {
    for (std::size_t i = 0; i < bands.size(); ++i) picked.push_back(i);
    return picked;
  }
  for (const std::string& name : names) {
    const std::vector<std::size_t> found = bands_called(bands, name);
    if (found.size() == 1) {
      picked.push_back(found.front());
      continue;
    }
    std::string known;
    for (const RasterBand& band : bands) known += (known.empty() ? "" : ", ") + band.name;
    throw Error(found.empty() ? "there is no band '" + name + "'"
                              : "'" + name + "' names " + std::to_string(found.size()) + " bands",
                where, "the bands are: " + known);
  }
  return picked;
}

std::string grid_difference(const RasterInfo& first, const RasterInfo& second, double tolerance) {
  if (first.width != second.width || first.height != second.height)
    return "size " + size_text(first) + " vs " + size_text(second) + " pixels";
  if (!first.place || !second.place) return "";
  const Place &a = *first.place, &b = *second.place;
  if (!a.crs.empty() && !b.crs.empty() && a.crs != b.crs) {
    const GdalErrors quiet;
    const OGRSpatialReference one = reference_of(a.crs), other = reference_of(b.crs);
    if (!one.IsSame(&other)) return "CRS " + crs_name(a.crs) + " vs " + crs_name(b.crs);
  }
  const double pixel = std::hypot(a.transform[1], a.transform[4]);
  for (const double column : {0.0, static_cast<double>(first.width)}) {
    for (const double row : {0.0, static_cast<double>(first.height)}) {
      const auto p = a.at(column, row), q = b.at(column, row);
      const double away = std::hypot(p[0] - q[0], p[1] - q[1]) / pixel;
      if (away <= tolerance) continue;
      std::ostringstream text;
      text << "corner (" << column << ", " << row << ") lies " << away << " pixels apart";
      return text.str();
    }
  }
  return "";
}

std::string crs_name(const std::string& wkt) {
  if (wkt.empty()) return "none";
  const GdalErrors quiet;
  const OGRSpatialReference reference = reference_of(wkt);
  const char *authority = reference.GetAuthorityName(nullptr),
             *code = reference.GetAuthorityCode(nullptr);
  if (authority != nullptr && code != nullptr) return std::string(authority) + ":" + code;
  const char* name = reference.GetName();
  return name != nullptr ? name : "unnamed";
}

GroundUnit ground_unit(const std::string& wkt) {
  if (wkt.empty()) return {};
  const GdalErrors quiet;
  const OGRSpatialReference reference = reference_of(wkt);
  if (reference.IsGeographic()) return {true, 0};
  return {false, reference.IsProjected() ? reference.GetLinearUnits() : 0};
}

std::vector<std::array<double, 2>> latitudes_longitudes(
    const Place& place, const std::vector<std::array<double, 2>>& pixels) {
  if (place.crs.empty()) return {};
  const GdalErrors quiet;
  OGRSpatialReference from = reference_of(place.crs), to;
  to.SetWellKnownGeogCS("WGS84");
  to.SetAxisMappingStrategy(OAMS_TRADITIONAL_GIS_ORDER);
  const std::unique_ptr<OGRCoordinateTransformation> transformation(
      OGRCreateCoordinateTransformation(&from, &to));
  if (!transformation) return {};
  std::vector<std::array<double, 2>> points;
  for (const auto& [column, row] : pixels) {
    auto [x, y] = place.at(column, row);
    if (!transformation->Transform(1, &x, &y) || !std::isfinite(x) || !std::isfinite(y)) return {};
    points.push_back({y, x});
  }
  return points;
}

}  // namespace warmstart::satellite
