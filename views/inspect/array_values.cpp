#include "views/inspect/array_values.h"

#include <array>
#include <bit>
#include <cmath>
#include <cstring>

namespace warmstart {
namespace {

/// IEEE 754 binary16.
float halfValue(std::uint16_t bits) {
  const int exponent = (bits >> 10) & 0x1f, mantissa = bits & 0x3ff;
  float value = 0;
  if (exponent == 0) {
    value = std::ldexp(static_cast<float>(mantissa), -24);
  } else if (exponent == 31) {
    value = mantissa == 0 ? INFINITY : NAN;
  } else {
    value = std::ldexp(static_cast<float>(mantissa + 1024), exponent - 25);
  }
  return (bits & 0x8000) != 0 ? -value : value;
}

/// Attention is stored in halves and read by the million.
const std::array<float, 65536>& halfValues() {
  static const std::array<float, 65536> kValues = [] {
    std::array<float, 65536> values{};
    for (std::size_t i = 0; i < values.size(); ++i)
      values[i] = halfValue(static_cast<std::uint16_t>(i));
    return values;
  }();
  return kValues;
}

template <class Stored, class Out, class Convert>
void readAs(const Array& array, std::int64_t first, std::span<Out> out, Convert convert) {
  const std::byte* from = array.data.data() + static_cast<std::size_t>(first) * sizeof(Stored);
  for (Out& value : out) {
    Stored stored;
    std::memcpy(&stored, from, sizeof(Stored));
    from += sizeof(Stored);
    value = static_cast<Out>(convert(stored));
  }
}

template <class Out>
void readAny(const Array& array, std::int64_t first, std::span<Out> out) {
  const auto plain = [&]<class T>(T) {
    readAs<T>(array, first, out, [](T value) { return value; });
  };
  switch (array.dtype) {
    case Dtype::kBool:
    case Dtype::kUint8:
      return plain(std::uint8_t{});
    case Dtype::kInt8:
      return plain(std::int8_t{});
    case Dtype::kInt16:
      return plain(std::int16_t{});
    case Dtype::kInt32:
      return plain(std::int32_t{});
    case Dtype::kInt64:
      return plain(std::int64_t{});
    case Dtype::kFloat32:
      return plain(float{});
    case Dtype::kFloat64:
      return plain(double{});
    case Dtype::kFloat16: {
      const auto& values = halfValues();
      return readAs<std::uint16_t>(array, first, out,
                                   [&values](std::uint16_t bits) { return values[bits]; });
    }
    case Dtype::kBfloat16:
      return readAs<std::uint16_t>(array, first, out, [](std::uint16_t bits) {
        return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16);
      });
  }
}

QStringList textsOf(const Json& list) {
  QStringList texts;
  if (!list.is_array()) return texts;
  for (const Json& item : list)
    texts += QString::fromStdString(item.is_string() ? item.get<std::string>() : item.dump());
  return texts;
}

}  // namespace

std::int64_t valueCount(const Array& array) {
  return static_cast<std::int64_t>(array.data.size() / dtype_size(array.dtype));
}

void readValues(const Array& array, std::int64_t first, std::span<float> out) {
  readAny(array, first, out);
}
void readValues(const Array& array, std::int64_t first, std::span<double> out) {
  readAny(array, first, out);
}

QStringList axisNames(const Capture& capture, const Array& array) {
  QStringList names = capture.axes(array.name).split(QLatin1Char(' '), Qt::SkipEmptyParts);
  const auto rank = static_cast<qsizetype>(array.shape.size());
  const bool with_optional = names.size() == rank;
  for (qsizetype i = names.size() - 1; i >= 0; --i) {
    if (!names[i].startsWith(QLatin1Char('['))) continue;
    if (with_optional) {
      names[i] = names[i].mid(1, names[i].size() - 2);
    } else {
      names.removeAt(i);
    }
  }
  if (names.size() == rank) return names;
  names.clear();
  for (qsizetype i = 0; i < rank; ++i) names += QStringLiteral("axis %1").arg(i);
  return names;
}

QStringList sampleTexts(const Capture& capture, const char* key, int sample) {
  const auto found = capture.info().find(key);
  if (found == capture.info().end() || !found->is_array() || sample < 0 ||
      sample >= static_cast<int>(found->size()))
    return {};
  return textsOf(found->at(static_cast<std::size_t>(sample)));
}

QStringList axisLabels(const Capture& capture, const QString& axis, std::int64_t length,
                       int sample) {
  QStringList labels;
  const auto is = [&](const char* name) { return axis == QLatin1String(name); };
  if (is("S")) labels = capture.samples();
  if (is("class") || is("reference") || is("predicted")) labels = capture.classes();
  if (is("query") || is("key") || is("token")) {
    if (!is("token"))
      labels = sampleTexts(capture, is("query") ? "query_tokens" : "key_tokens", sample);
    if (labels.isEmpty()) labels = sampleTexts(capture, "tokens", sample);
  }
  const auto known = capture.info().find("labels");
  if (labels.isEmpty() && known != capture.info().end() && known->is_object())
    labels = textsOf(known->value(axis.toStdString(), Json()));
  return labels.size() == length ? labels : QStringList();
}

}  // namespace warmstart
