#include "views/tokens/token_scene.h"

#include <algorithm>
#include <map>

#include "core/base/error.h"
#include "views/inspect/array_values.h"
#include "views/inspect/matrix.h"

namespace warmstart {
namespace {

/// Reads one sample's row of an array with a row a sample; Error where the shape is another one.
class TokenRows {
 public:
  TokenRows(const Capture& capture, int sample) : capture_(capture), sample_(sample) {}

  std::int64_t length(const char* name, std::size_t rank) const {
    return found(name, rank).shape[1];
  }

  std::vector<double> row(const char* name, std::size_t rank, std::int64_t places) const {
    const Array& array = found(name, rank);
    if (array.shape[1] != places) refuse(name);
    const std::int64_t count = places * (rank == 3 ? array.shape[2] : 1);
    std::vector<double> values(static_cast<std::size_t>(count));
    readValues(array, sample_ * count, std::span(values));
    return values;
  }

  [[noreturn]] void refuse(const char* name) const {
    throw Error(std::string("the array '") + name + "' is missing or does not fit the others",
                capture_.path().string(), "capture with the inspector tokens");
  }

 private:
  const Array& found(const char* name, std::size_t rank) const {
    const Array* array = capture_.find(name);
    if (!array || array->shape.size() != rank || sample_ >= array->shape[0]) refuse(name);
    return *array;
  }
  const Capture& capture_;
  std::int64_t sample_;
};

class Pieces {
 public:
  explicit Pieces(const Json& info) {
    if (const auto found = info.find("pieces"); found != info.end() && found->is_object())
      pieces_ = *found;
    if (const auto found = info.find("marks"); found != info.end() && found->is_array())
      marks_ = *found;
  }
  QString text(double number) const {
    const std::string key = std::to_string(static_cast<std::int64_t>(number));
    const auto found = pieces_.find(key);
    return QString::fromStdString(
        found != pieces_.end() && found->is_string() ? found->get<std::string>() : key);
  }
  bool isMark(double number) const {
    return std::find(marks_.begin(), marks_.end(), Json(static_cast<std::int64_t>(number))) !=
           marks_.end();
  }
  ShownToken shown(double number) const { return {text(number), false, isMark(number)}; }

 private:
  Json pieces_ = Json::object(), marks_ = Json::array();
};

TokenTask taskOf(const Json& info) {
  const std::string task = info.value("task", "next");
  return task == "hidden"   ? TokenTask::kHidden
         : task == "target" ? TokenTask::kTarget
         : task == "class"  ? TokenTask::kClass
                            : TokenTask::kNext;
}

/// Tokens of the sample's input that are no padding.
std::size_t readLength(const Json& info, int sample, std::size_t all) {
  const auto lengths = info.find("lengths");
  if (lengths == info.end() || !lengths->is_array() || sample >= static_cast<int>(lengths->size()))
    return all;
  const Json& own = (*lengths)[static_cast<std::size_t>(sample)];
  return own.is_number_integer()
             ? std::min(all, static_cast<std::size_t>(std::max<std::int64_t>(0, own)))
             : all;
}

std::vector<WrittenText> writtenTexts(const Json& info) {
  std::vector<WrittenText> texts;
  const auto found = info.find("generated");
  if (found == info.end() || !found->is_array()) return texts;
  for (const Json& each : *found)
    texts.push_back({QString::fromStdString(each.value("prompt", "")),
                     QString::fromStdString(each.value("text", ""))});
  return texts;
}

/// The text that a denoiser made input and target of: the input with each sentinel replaced by what
/// the target has behind it. Both end with the same token, which was added.
void restoreSpans(TokenScene& scene, const Pieces& pieces, std::vector<double> read,
                  std::vector<double> target) {
  if (!read.empty() && !target.empty() && read.back() == target.back())
    read.pop_back(), target.pop_back();
  std::map<double, std::pair<int, std::vector<double>>> spans;  // by sentinel
  auto current = spans.end();
  for (const double number : target) {
    if (pieces.isMark(number)) {
      current =
          spans.try_emplace(number, static_cast<int>(spans.size()), std::vector<double>()).first;
    } else if (current != spans.end()) {
      current->second.second.push_back(number);
    }
  }
  for (std::size_t i = 0; i < read.size(); ++i) {
    const auto span = spans.find(read[i]);
    if (span != spans.end()) {
      scene.read[i].span = span->second.first;
      for (const double number : span->second.second)
        scene.original.push_back({pieces.shown(number), span->second.first});
    } else if (!pieces.isMark(read[i])) {  // a mode token announces, it is no text
      scene.original.push_back({pieces.shown(read[i])});
    }
  }
}

/// Where nothing is asked the model read the text itself.
void restoreHidden(TokenScene& scene, const Pieces& pieces, const std::vector<double>& target) {
  for (std::size_t i = 0; i < scene.places.size(); ++i) {
    const TokenPlace& place = scene.places[i];
    scene.original.push_back({place.asked ? pieces.shown(target[i]) : place.token});
  }
}

/// The text ends with its padding, or behind the last place that is asked for.
void cutPadding(TokenScene& scene, const Json& info, int sample) {
  std::size_t length = readLength(info, sample, scene.places.size());
  if (scene.task == TokenTask::kTarget) {
    length = scene.places.size();
    while (length > 0 && !scene.places[length - 1].asked) --length;
  }
  scene.places.resize(length);
}

}  // namespace

int TokenScene::asked() const {
  return static_cast<int>(
      std::count_if(places.begin(), places.end(), [](const auto& place) { return place.asked; }));
}

double TokenScene::meanLoss() const {
  double sum = 0;
  for (const TokenPlace& place : places) sum += place.asked ? place.loss : 0;
  return asked() > 0 ? sum / asked() : NAN;
}

TokenScene tokenScene(const Capture& capture, int sample, const QStringList& classes) {
  const Json& info = capture.info();
  const Pieces pieces(info);
  const TokenRows rows(capture, sample);
  TokenScene scene;
  scene.task = taskOf(info);
  scene.written = writtenTexts(info);
  const double choices = info.value("choices", 0.0);
  if (choices > 1) scene.even_loss = std::log(choices);
  const std::int64_t places = rows.length("text", 2);
  const auto text = rows.row("text", 2, places), target = rows.row("target", 2, places),
             loss = rows.row("loss", 2, places), rank = rows.row("rank", 2, places),
             predicted = rows.row("predicted", 3, places),
             probability = rows.row("probability", 3, places);
  if (probability.size() != predicted.size()) rows.refuse("probability");
  const std::size_t kept = places > 0 ? predicted.size() / static_cast<std::size_t>(places) : 0;
  const auto choice = [&](double number) {
    if (scene.task != TokenTask::kClass) return pieces.text(number);
    const int label = static_cast<int>(number);
    return label < classes.size() ? classes[label] : QString::number(label);
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    TokenPlace place{.token = pieces.shown(text[i]), .asked = target[i] >= 0};
    if (place.asked) {
      place.target = choice(target[i]), place.loss = loss[i],
      place.rank = static_cast<int>(rank[i]);
      for (std::size_t k = i * kept; k < (i + 1) * kept; ++k)
        place.predictions.push_back({choice(predicted[k]), probability[k]});
    }
    scene.places.push_back(std::move(place));
  }
  cutPadding(scene, info, sample);
  scene.corruption = corruptionOf(capture, sample, places);
  if (scene.task == TokenTask::kTarget) {
    auto read = rows.row("read", 2, rows.length("read", 2));
    read.resize(readLength(info, sample, read.size()));
    for (const double number : read) scene.read.push_back({pieces.shown(number)});
    if (scene.corruption.denoiser)
      restoreSpans(scene, pieces, read, {text.begin(), text.begin() + std::ssize(scene.places)});
  }
  if (scene.task == TokenTask::kHidden) restoreHidden(scene, pieces, target);
  std::vector<ShownToken*> all;
  for (SpanToken& each : scene.original) all.push_back(&each.token);
  for (SpanToken& each : scene.read) all.push_back(&each.token);
  for (TokenPlace& place : scene.places) all.push_back(&place.token);
  setApart(all);
  return scene;
}

QByteArray csvOf(const TokenScene& scene) {
  if (scene.places.empty()) return {};
  std::size_t kept = 0;
  for (const TokenPlace& place : scene.places) kept = std::max(kept, place.predictions.size());
  const bool fates = !scene.corruption.fates.empty();
  QByteArray csv = "place,token,target,loss (nats),rank";
  if (fates) csv += ",what was done";
  for (std::size_t k = 1; k <= kept; ++k)
    csv += QStringLiteral(",prediction %1,probability %1").arg(k).toUtf8();
  csv += '\n';
  for (std::size_t i = 0; i < scene.places.size(); ++i) {
    const TokenPlace& place = scene.places[i];
    csv += QByteArray::number(static_cast<qlonglong>(i)) + ',' + csvField(place.token.piece) + ',' +
           csvField(place.target) + ',';
    csv += place.asked ? exactText(place.loss).toUtf8() + ',' + QByteArray::number(place.rank)
                       : QByteArray(",");
    if (fates) csv += ',' + csvField(fateName(scene.corruption.fateOf(i)));
    for (std::size_t k = 0; k < kept; ++k) {
      csv += k < place.predictions.size() ? ',' + csvField(place.predictions[k].token) + ',' +
                                                exactText(place.predictions[k].probability).toUtf8()
                                          : QByteArray(",,");
    }
    csv += '\n';
  }
  return csv;
}

}  // namespace warmstart
