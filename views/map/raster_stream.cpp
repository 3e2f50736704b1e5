#include "views/map/raster_stream.h"

#include <algorithm>
#include <cctype>

#include "core/base/error.h"
#include "core/base/json.h"

namespace warmstart {
namespace {

constexpr int kRasterSeconds = 60;
constexpr int kMostStarts = 6;  ///< of the reader, while a file is open
constexpr std::int64_t kLongestReason = 1 << 16;

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

RasterStream::RasterStream(const Path& file) : MapRaster(file) { start(); }

void RasterStream::start() {
  if (starts_ >= kMostStarts)
    throw Error("its reader ended " + std::to_string(starts_) + " times", file_.string(),
                "open it again to try once more");
  ++starts_;
  reader_.emplace(find_reader("warmstart-raster-reader", "satellite",
                              reinterpret_cast<const void*>(&isRasterFile)),
                  std::vector<std::string>{"stream", file_.string()});
  const auto line = reader_->next_line(kRasterSeconds);
  const Json said = line ? Json::parse(*line, nullptr, false) : Json();
  if (!said.is_object()) lose(reader_->how_it_ended());
  if (!said.value("good", false)) {
    reader_.reset();
    throw Error(said.value("reason", "it cannot be read"), file_.string(), said.value("hint", ""));
  }
  const RasterFacts facts = factsOf(said);
  if (starts_ == 1) facts_ = facts;  // never again: whoever looks at them asks no lock
  if (facts.width == facts_.width && facts.height == facts_.height &&
      facts.bands.size() == facts_.bands.size())
    return;
  reader_.reset();
  throw Error("it has changed since it was opened", file_.string(), "open it again");
}

void RasterStream::lose(const std::string& how) {
  reader_.reset();
  throw Error(how, file_.string(), "the file is damaged or hostile");
}

/// That a reader has died since the last request is no fault of this one.
void RasterStream::ask(const std::string& line) {
  if (!reader_) start();
  while (!reader_->send(line + "\n")) {
    reader_.reset();
    start();
  }
}

template <class Value>
std::vector<Value> RasterStream::answer(const std::string& line, std::size_t most) {
  const std::lock_guard lock(mutex_);
  ask(line);
  const auto receive = [this](void* bytes, std::size_t size) {
    if (!reader_->receive_all(bytes, size, kRasterSeconds)) lose(reader_->how_it_ended());
  };
  std::int64_t count = 0;
  receive(&count, sizeof count);
  if (count == -1) {
    std::int64_t length = 0;
    receive(&length, sizeof length);
    if (length < 0 || length > kLongestReason) lose("its reader answers out of turn");
    std::string reason(static_cast<std::size_t>(length), ' ');
    receive(reason.data(), reason.size());
    throw Error(reason, file_.string(), "copy the file again");
  }
  if (count < 0 || count > static_cast<std::int64_t>(most)) lose("its reader answers out of turn");
  std::vector<Value> values(static_cast<std::size_t>(count));
  receive(values.data(), values.size() * sizeof(Value));
  return values;
}

std::vector<float> RasterStream::read(const std::vector<int>& bands, const RasterPart& part) {
  const Json request = {{"bands", bands},
                        {"window", {part.left, part.top, part.width, part.height}},
                        {"size", {part.columns, part.rows}},
                        {"nearest", part.nearest}};
  const std::size_t wanted = bands.size() * static_cast<std::size_t>(part.columns * part.rows);
  std::vector<float> values = answer<float>(request.dump(), wanted);
  if (values.size() == wanted) return values;
  throw Error("its reader does not hand out so many values", file_.string(), "ask for fewer");
}

std::optional<std::array<double, 2>> RasterStream::latitudeLongitude(double column, double row) {
  try {
    const auto place = answer<double>(Json{{"earth", {column, row}}}.dump(), 2);
    if (place.size() == 2) return std::array{place[0], place[1]};
  } catch (const Error&) {  // the pixels themselves tell it
  }
  return std::nullopt;
}

bool isRasterFile(const Path& file) {
  std::string ending = file.extension().string();
  std::transform(ending.begin(), ending.end(), ending.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  static const std::vector<std::string> kEndings{".tif", ".tiff", ".vrt", ".jp2",
                                                 ".png", ".jpg",  ".jpeg"};
  return std::find(kEndings.begin(), kEndings.end(), ending) != kEndings.end();
}

}  // namespace warmstart
