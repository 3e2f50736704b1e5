#include "views/map/raster_stream.h"

#include <algorithm>
#include <cctype>

#include "core/base/error.h"
#include "core/base/json.h"

namespace warmstart {
namespace {

constexpr int kRasterSeconds = 60;

RasterFacts factsOf(const Json& said) {
  RasterFacts facts;
  facts.width = said.at("width"), facts.height = said.at("height");
  for (const Json& band : said.at("bands"))
    facts.bands.push_back({band.at("name"), band.value("unit", ""), band.value("type", "")});
  facts.placed = said.value("placed", false);
  if (facts.placed) facts.transform = said.at("transform").get<MapTransform>();
  facts.crs = said.value("crs", ""), facts.crs_name = said.value("crs_name", "");
  facts.geographic = said.value("geographic", false);
  facts.metres = said.value("metres", 0.0);
  facts.classes = said.value("classes", std::vector<std::string>{});
  return facts;
}

}  // namespace

RasterStream::RasterStream(const Path& file) : MapRaster(file) {
  reader_.emplace(find_reader("warmstart-raster-reader", "satellite",
                              reinterpret_cast<const void*>(&isRasterFile)),
                  std::vector<std::string>{"stream", file.string()});
  const auto line = reader_->next_line(kRasterSeconds);
  const Json said = line ? Json::parse(*line, nullptr, false) : Json();
  if (!said.is_object())
    throw Error(reader_->how_it_ended(), file.string(), "the file is damaged or hostile");
  if (!said.value("good", false))
    throw Error(said.value("reason", "it cannot be read"), file.string(), said.value("hint", ""));
  facts_ = factsOf(said);
}

bool RasterStream::ask(const std::string& line) { return reader_ && reader_->send(line + "\n"); }

std::optional<std::vector<float>> RasterStream::read(const std::vector<int>& bands,
                                                     const RasterPart& part) {
  const Json request = {{"bands", bands},
                        {"window", {part.left, part.top, part.width, part.height}},
                        {"size", {part.columns, part.rows}},
                        {"nearest", part.nearest}};
  const std::lock_guard lock(mutex_);
  std::int64_t count = 0;
  std::vector<float> values(bands.size() * static_cast<std::size_t>(part.columns * part.rows));
  const bool answered =
      ask(request.dump()) && reader_->receive_all(&count, sizeof count, kRasterSeconds) &&
      count == std::ssize(values) &&
      reader_->receive_all(values.data(), values.size() * sizeof(float), kRasterSeconds);
  if (answered) return values;
  reader_.reset();
  return std::nullopt;
}

std::optional<std::array<double, 2>> RasterStream::latitudeLongitude(double column, double row) {
  const std::lock_guard lock(mutex_);
  std::int64_t count = 0;
  std::array<double, 2> place{};
  if (!ask(Json{{"earth", {column, row}}}.dump())) return std::nullopt;
  if (!reader_->receive_all(&count, sizeof count, kRasterSeconds) || count < 0 || count > 2 ||
      !reader_->receive_all(place.data(), static_cast<std::size_t>(count) * sizeof(double),
                            kRasterSeconds)) {
    reader_.reset();
    return std::nullopt;
  }
  return count == 2 ? std::optional(place) : std::nullopt;
}

bool isRasterFile(const Path& file) {
  std::string ending = file.extension().string();
  std::transform(ending.begin(), ending.end(), ending.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  static const std::vector<std::string> kEndings{".tif", ".tiff", ".vrt", ".jp2"};
  return std::find(kEndings.begin(), kEndings.end(), ending) != kEndings.end();
}

}  // namespace warmstart
