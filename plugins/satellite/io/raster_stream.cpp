#include "plugins/satellite/io/raster_stream.h"

#include <cmath>
#include <cstdio>
#include <iostream>

#include "core/base/error.h"
#include "core/base/file_guard.h"
#include "core/base/guarded_reader.h"
#include "plugins/satellite/io/format_check.h"
#include "plugins/satellite/io/raster_file.h"

namespace warmstart::satellite {
namespace {

constexpr int kRequestSeconds = 60;  ///< of computing
constexpr std::uint64_t kMemory = std::uint64_t{1} << 30;

void say(const Json& line) {
  std::printf("%s\n", line.dump(-1, ' ', false, Json::error_handler_t::replace).c_str());
  std::fflush(stdout);
}

Json facts_of(const RasterFile& raster) {
  const RasterInfo& info = raster.info();
  Json facts = {{"good", true}, {"width", info.width}, {"height", info.height}};
  for (const RasterBand& band : info.bands)
    facts["bands"].push_back({{"name", band.name}, {"unit", band.unit}, {"type", band.type}});
  facts["placed"] = info.place.has_value();
  facts["classes"] = raster.class_names();
  if (!info.place) return facts;
  const GroundUnit unit = ground_unit(info.place->crs);
  facts["transform"] = info.place->transform;
  facts["crs"] = info.place->crs;
  facts["crs_name"] = info.place->crs.empty() ? "" : crs_name(info.place->crs);
  facts["geographic"] = unit.geographic;
  facts["metres"] = unit.metres;
  return facts;
}

template <class Value>
void answer(const std::vector<Value>& values) {
  const auto count = static_cast<std::int64_t>(values.size());
  std::fwrite(&count, sizeof count, 1, stdout);
  std::fwrite(values.data(), sizeof(Value), values.size(), stdout);
  std::fflush(stdout);
}

/// Other parts of the file may be good.
void refuse(const Error& error) {
  const auto length = static_cast<std::int64_t>(error.problem().size());
  for (const std::int64_t number : {std::int64_t{-1}, length})
    std::fwrite(&number, sizeof number, 1, stdout);
  std::fwrite(error.problem().data(), 1, error.problem().size(), stdout);
  std::fflush(stdout);
}

std::vector<double> earth_of(const RasterFile& raster, const Json& pixel) {
  if (!raster.info().place) return {};
  const auto places = latitudes_longitudes(*raster.info().place, {{pixel.at(0), pixel.at(1)}});
  if (places.empty()) return {};
  return {places[0][0], places[0][1]};
}

std::vector<float> part_of(const RasterFile& raster, const Json& request) {
  const Json& window = request.at("window");
  ResampledWindow part{window.at(0), window.at(1), window.at(2), window.at(3)};
  part.columns = request.at("size").at(0), part.rows = request.at("size").at(1);
  part.resampling = request.value("nearest", true) ? Resampling::kNearest : Resampling::kAverage;
  const auto bands = request.at("bands").get<std::vector<std::size_t>>();
  const auto count = static_cast<std::int64_t>(bands.size());
  const bool asked_well = count > 0 && part.columns > 0 && part.rows > 0 &&
                          part.columns <= kMostStreamed / count / part.rows;
  if (!asked_well) return {};
  const bool whole = part.left == std::floor(part.left) && part.top == std::floor(part.top) &&
                     part.width == static_cast<double>(part.columns) &&
                     part.height == static_cast<double>(part.rows);
  if (!whole) return raster.read(bands, part);
  return raster.read(bands, Window{static_cast<std::int64_t>(part.left),
                                   static_cast<std::int64_t>(part.top), part.columns, part.rows});
}

void serve(const RasterFile& raster) {
  for (std::string line; std::getline(std::cin, line);) {
    limit_cpu(kRequestSeconds);
    const Json request = Json::parse(line);
    try {
      if (request.contains("earth")) {
        answer(earth_of(raster, request["earth"]));
      } else {
        answer(part_of(raster, request));
      }
    } catch (const Error& error) {
      refuse(error);
    }
  }
}

}  // namespace

int stream_raster(const Path& file) {
  guard_process();
  limit_cpu(kRequestSeconds);
  limit_memory(kMemory);
  try {
    check_raster(file);
    const RasterFile raster(file);
    say(facts_of(raster));
    serve(raster);
  } catch (const Error& error) {
    say(bad_verdict_line(error.problem(), error.hint()));
  } catch (const Json::exception&) {
    return 2;  // no request of ours
  }
  return 0;
}

}  // namespace warmstart::satellite
