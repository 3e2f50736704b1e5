#include "views/tokens/corruption.h"

#include <algorithm>
#include <map>

#include "core/base/error.h"
#include "views/inspect/array_values.h"
#include "views/look/theme.h"

namespace warmstart {
namespace {

TokenFate fateOfNumber(double number) {
  return number >= 1 && number <= 3 ? static_cast<TokenFate>(static_cast<int>(number))
                                    : TokenFate::kUntouched;
}

void readFates(const Capture& capture, int sample, std::int64_t places, Corruption& out) {
  const Array* array = capture.find("fate");
  if (array == nullptr) return;
  if (array->shape.size() != 2 || sample >= array->shape[0] || array->shape[1] != places)
    throw Error("the array 'fate' does not fit the others", capture.path().string(),
                "capture with the inspector tokens");
  std::vector<double> numbers(static_cast<std::size_t>(valueCount(*array)));
  readValues(*array, 0, std::span(numbers));
  const auto first = static_cast<std::size_t>(sample * places),
             last = first + static_cast<std::size_t>(places);
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const TokenFate fate = fateOfNumber(numbers[i]);
    ++out.in_all[static_cast<std::size_t>(fate)];
    if (i < first || i >= last) continue;
    ++out.here[static_cast<std::size_t>(fate)];
    out.fates.push_back(fate);
  }
}

void readDenoisers(const Json& info, int sample, Corruption& out) {
  const auto found = info.find("denoisers");
  if (found == info.end() || !found->is_array()) return;
  std::map<QString, int> count;
  for (std::size_t i = 0; i < found->size(); ++i) {
    const Json& each = (*found)[i];
    if (!each.is_object()) continue;
    const auto number = [&](const char* key) {
      const auto value = each.find(key);
      return value != each.end() && value->is_number() ? value->get<double>() : 0.0;
    };
    const auto mode = each.find("mode");
    if (mode == each.end() || !mode->is_string()) continue;
    const QString name = QString::fromStdString(mode->get<std::string>());
    ++count[name];
    if (static_cast<int>(i) == sample)
      out.denoiser = Denoiser{name, number("mean_span"), number("rate")};
  }
  out.modes.assign(count.begin(), count.end());
}

}  // namespace

QString Denoiser::text() const {
  const QString what = mode == QLatin1String("R")   ? Corruption::tr("short spans")
                       : mode == QLatin1String("X") ? Corruption::tr("long spans, or much hidden")
                       : mode == QLatin1String("S") ? Corruption::tr("the rest after a prefix")
                                                    : Corruption::tr("written from nothing");
  if (mode == QLatin1String("C")) return QStringLiteral("%1: %2").arg(mode, what);
  if (mode == QLatin1String("S"))
    return Corruption::tr("%1: %2, %3 % of the text").arg(mode, what).arg(100 * rate, 0, 'f', 0);
  return Corruption::tr("%1: %2, about %3 tokens each, %4 % of the text")
      .arg(mode, what)
      .arg(mean_span, 0, 'g', 3)
      .arg(100 * rate, 0, 'f', 0);
}

Corruption corruptionOf(const Capture& capture, int sample, std::int64_t places) {
  Corruption out;
  readFates(capture, sample, places, out);
  readDenoisers(capture.info(), sample, out);
  const auto source = capture.info().find("replacement");
  if (source != capture.info().end() && source->is_string())
    out.source = QString::fromStdString(source->get<std::string>());
  return out;
}

QString fateName(TokenFate fate) {
  switch (fate) {
    case TokenFate::kMasked:
      return Corruption::tr("masked");
    case TokenFate::kReplaced:
      return Corruption::tr("replaced");
    case TokenFate::kKept:
      return Corruption::tr("kept");
    default:
      return Corruption::tr("untouched");
  }
}

QString fateSign(TokenFate fate) {
  return fate == TokenFate::kReplaced ? QStringLiteral("≠ ")
         : fate == TokenFate::kKept   ? QStringLiteral("= ")
                                      : QString();
}

QColor fateColour(TokenFate fate) {
  return fate == TokenFate::kReplaced ? look::bad()
         : fate == TokenFate::kKept   ? look::good()
                                      : look::accent();
}

Qt::PenStyle fateLine(TokenFate fate) {
  return fate == TokenFate::kReplaced ? Qt::DashLine
         : fate == TokenFate::kKept   ? Qt::SolidLine
                                      : Qt::DotLine;
}

QString sourceText(const QString& source) {
  return source == QLatin1String("unigram") ? Corruption::tr("words as often as they occur")
         : source == QLatin1String("tfidf")
             ? Corruption::tr("the data's table of telling words (TF-IDF)")
             : Corruption::tr("the whole vocabulary, evenly");
}

}  // namespace warmstart
