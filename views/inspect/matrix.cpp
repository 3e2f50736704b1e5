#include "views/inspect/matrix.h"

#include <algorithm>
#include <cmath>

namespace warmstart {

bool Matrix::hasNegative() const {
  return std::any_of(values.begin(), values.end(), [](double value) { return value < 0; });
}

QByteArray csvField(const QString& text) {
  QString field = text;
  static const QString kQuoted = QStringLiteral(",\"\n\r");
  const bool quote =
      std::any_of(field.begin(), field.end(), [](QChar c) { return kQuoted.contains(c); });
  if (!quote) return field.toUtf8();
  field.replace(QLatin1Char('"'), QLatin1String("\"\""));
  return (QLatin1Char('"') + field + QLatin1Char('"')).toUtf8();
}

QByteArray csvOf(const Matrix& matrix) {
  QByteArray csv = csvField(matrix.row_axis);
  for (int column = 0; column < matrix.columns; ++column)
    csv += ',' + csvField(matrix.columnLabel(column));
  csv += '\n';
  for (int row = 0; row < matrix.rows; ++row) {
    csv += csvField(matrix.rowLabel(row));
    for (int column = 0; column < matrix.columns; ++column) {
      const double value = matrix.at(row, column);
      csv += ',';
      if (!std::isnan(value)) csv += QByteArray::number(value, 'g', 17);
    }
    csv += '\n';
  }
  return csv;
}

QString exactText(double value) {
  const bool single = static_cast<double>(static_cast<float>(value)) == value;
  for (int digits = 6; digits < 17; ++digits) {
    const double read = QString::number(value, 'g', digits).toDouble();
    if (single ? static_cast<float>(read) == static_cast<float>(value) : read == value)
      return QStringLiteral("%L1").arg(value, 0, 'g', digits);
  }
  return QStringLiteral("%L1").arg(value, 0, 'g', 17);
}

QString visibleText(const QString& token) {
  QString text;
  for (const QChar c : token) {
    if (c == QLatin1Char('\n')) {
      text += QChar(0x21b5);
    } else if (c == QLatin1Char('\t')) {
      text += QChar(0x21e5);
    } else if (c.isSpace()) {
      text += QChar(0x2423);
    } else {
      text += c.isPrint() ? c : QChar(0x25a1);
    }
  }
  return text;
}

double ValueScale::shareOf(double value) const {
  if (std::isnan(value) || (logarithmic && value <= 0)) return NAN;
  const double share =
      logarithmic ? std::log(value / low) / std::log(high / low) : (value - low) / (high - low);
  return std::clamp(share, 0.0, 1.0);
}

double ValueScale::valueAt(double share) const {
  return logarithmic ? low * std::pow(high / low, share) : low + (high - low) * share;
}

QRgb ValueScale::colourOf(double value) const {
  const double share = shareOf(value);
  if (std::isnan(share)) return qRgba(0, 0, 0, 0);
  return look::colours(map)[static_cast<std::size_t>(std::lround(share * 255))];
}

ValueScale scaleOf(const Matrix& matrix, look::Map map, bool logarithmic) {
  double low = INFINITY, high = -INFINITY;
  for (const double value : matrix.values) {
    if (!std::isfinite(value) || (logarithmic && value <= 0)) continue;
    low = std::min(low, value), high = std::max(high, value);
  }
  if (!(low <= high)) low = logarithmic ? 0.1 : 0, high = 1;
  if (map == look::Map::kDiverging && !logarithmic)
    high = std::max(std::abs(low), std::abs(high)), low = -high;
  if (low == high) {
    const double room = low == 0 ? 1 : std::abs(low) * 0.1;
    low = logarithmic ? low * 0.9 : low - room;
    high += room;
  }
  return {low, high, logarithmic, map};
}

}  // namespace warmstart
