#include "views/setup/preview_text.h"

#include <QCoreApplication>
#include <QStringList>
#include <algorithm>

#include "views/inspect/array_values.h"
#include "views/inspect/token_text.h"

namespace warmstart {
namespace {

constexpr std::ptrdiff_t kEqualOnes = 4;      ///< so many equal ones are told once
constexpr std::ptrdiff_t kFewestLetters = 8;  ///< of an alphabet; fewer are tags

class PreviewWords {
  Q_DECLARE_TR_FUNCTIONS(PreviewWords)
};

/// "1 (40 times)"
QString repeated(const QString& text, std::ptrdiff_t times) {
  return PreviewWords::tr("%1 (%L2 times)").arg(text).arg(times);
}

std::vector<double> previewValues(const Array& array) {
  std::vector<double> values(static_cast<std::size_t>(valueCount(array)));
  readValues(array, 0, std::span(values));
  return values;
}

/// The last axis' rows, one after the other.
template <class Item>
std::vector<std::vector<Item>> previewRows(const std::vector<Item>& items, const Array& array) {
  const std::size_t length =
      array.shape.empty() ? 1
                          : static_cast<std::size_t>(std::max<std::int64_t>(1, array.shape.back()));
  std::vector<std::vector<Item>> rows;
  for (std::size_t at = 0; at < items.size(); at += length)
    rows.emplace_back(items.begin() + static_cast<std::ptrdiff_t>(at),
                      items.begin() + static_cast<std::ptrdiff_t>(at + length));
  return rows;
}

QStringList toldOnce(const std::vector<QString>& texts) {
  QStringList told;
  for (auto at = texts.begin(); at != texts.end();) {
    const auto end =
        std::find_if(at, texts.end(), [&](const QString& text) { return text != *at; });
    if (end - at >= kEqualOnes) {
      told << repeated(*at, end - at);
      at = end;
    } else {
      told << *at++;
    }
  }
  return told;
}

QString tokenRowText(const std::vector<double>& tokens, const Json& pieces) {
  std::vector<ShownToken> shown;
  for (const double token : tokens) {
    const std::string number = std::to_string(static_cast<std::int64_t>(token));
    const auto piece = pieces.find(number);
    const bool known = piece != pieces.end() && piece->is_string();
    shown.push_back({QString::fromStdString(known ? piece->get<std::string>() : number)});
    shown.back().mark = !known;  // a number stands apart from its neighbours
  }
  std::vector<ShownToken*> all;
  for (ShownToken& token : shown) all.push_back(&token);
  setApart(all);
  std::ptrdiff_t tail = std::ssize(shown);
  while (tail > 1 && shown[static_cast<std::size_t>(tail) - 2].piece == shown.back().piece) --tail;
  const std::ptrdiff_t equal = std::ssize(shown) - tail + 1;
  if (equal < kEqualOnes) tail = std::ssize(shown);
  QString text;
  for (std::ptrdiff_t i = 0; i < tail; ++i) {
    const ShownToken& token = shown[static_cast<std::size_t>(i)];
    const bool last = equal >= kEqualOnes && i + 1 == tail;
    if ((token.apart || last) && !text.isEmpty()) text += u' ';
    text += last ? repeated(pieceText(token.piece), equal) : pieceText(token.piece);
  }
  return text;
}

std::vector<QString> previewClassNames(const Json& info) {
  std::vector<QString> names;
  for (const Json& name : info.value("class_names", Json::array()))
    names.push_back(
        QString::fromStdString(name.is_string() ? name.get<std::string>() : name.dump()));
  return names;
}

QString sharesText(const std::vector<double>& shares, const std::vector<QString>& names) {
  QStringList told;
  for (std::size_t i = 0; i < shares.size(); ++i) {
    if (shares[i] == 0) continue;
    const QString name = i < names.size() ? names[i] : QString::number(i);
    told << (shares[i] == 1 ? name : QStringLiteral("%1 %2").arg(name).arg(shares[i], 0, 'g', 4));
  }
  return told.isEmpty() ? PreviewWords::tr("none of %L1 classes").arg(shares.size())
                        : told.join(QStringLiteral(", "));
}

}  // namespace

Json previewInfo(const TensorFile& file) {
  const auto told = file.metadata().find("capture");
  const Json info =
      told == file.metadata().end() ? Json() : Json::parse(told->second, nullptr, false);
  return info.is_object() ? info : Json::object();
}

QString previewUnit(const Json& info, const QString& field) {
  const auto units = info.find("units");
  if (units == info.end() || !units->is_object()) return {};
  const auto own = units->find(field.toStdString());
  return own == units->end() || !own->is_string() ? QString()
                                                  : QString::fromStdString(own->get<std::string>());
}

QString tokenText(const Array& array, const Json& info) {
  const Json pieces = info.value("pieces", Json::object());
  QStringList rows;
  for (const std::vector<double>& row : previewRows(previewValues(array), array))
    rows << tokenRowText(row, pieces);
  return rows.join(QLatin1Char('\n'));
}

QString classText(const Array& array, const Json& info) {
  const std::vector<QString> names = previewClassNames(info);
  const std::vector<double> values = previewValues(array);
  if (array.dtype == Dtype::kFloat32 || array.dtype == Dtype::kFloat64)
    return sharesText(values, names);
  std::vector<QString> texts;
  // Characters make words; the first class may be the blank between them.
  const auto letters = std::count_if(names.begin(), names.end(),
                                     [](const QString& name) { return name.size() == 1; });
  for (const double value : values) {
    const auto number = static_cast<std::size_t>(std::max(0.0, value));
    texts.push_back(value < 0               ? QStringLiteral("\u00b7")
                    : number < names.size() ? names[number]
                                            : QString::number(number));
  }
  return toldOnce(texts).join(letters >= kFewestLetters && letters + 1 >= std::ssize(names)
                                  ? QString()
                                  : QStringLiteral(" "));
}

QString numbersText(const Array& array, const QString& unit) {
  QStringList rows;
  for (const std::vector<double>& row : previewRows(previewValues(array), array)) {
    std::vector<QString> texts;
    for (const double value : row) texts.push_back(QString::number(value, 'g', 6));
    rows << toldOnce(texts).join(QStringLiteral(" "));
  }
  const QString text = rows.join(QLatin1Char('\n'));
  return unit.isEmpty() ? text : text + QLatin1Char(' ') + unit;
}

}  // namespace warmstart
