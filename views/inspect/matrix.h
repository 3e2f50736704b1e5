// A table of numbers with names along both sides, and how its numbers become colours. Plain values
// that the matrix, table, confusion and attention views share.
#pragma once
#include <QByteArray>
#include <QRgb>
#include <QStringList>
#include <memory>
#include <vector>

#include "views/look/colour_map.h"

namespace warmstart {

struct Matrix {
  int rows = 0, columns = 0;
  std::vector<double> values;             ///< row-major; NaN = nothing there
  QStringList row_labels, column_labels;  ///< empty = numbered from 0
  QString row_axis, column_axis, unit, name;

  double at(int row, int column) const {
    return values[static_cast<std::size_t>(row) * static_cast<std::size_t>(columns) +
                  static_cast<std::size_t>(column)];
  }
  QString rowLabel(int row) const { return labelOf(row_labels, row); }
  QString columnLabel(int column) const { return labelOf(column_labels, column); }
  bool hasNegative() const;

 private:
  static QString labelOf(const QStringList& labels, int place) {
    return labels.isEmpty() ? QString::number(place) : labels.at(place);
  }
};
using MatrixPtr = std::shared_ptr<const Matrix>;

/// Comma-separated, C locale, all digits; the first row and column name the others.
QByteArray csvOf(const Matrix& matrix);
/// A text as a field of a CSV line.
QByteArray csvField(const QString& text);
/// The fewest digits that tell the number from its neighbours, as single precision where it is one.
QString exactText(double value);
/// Control characters and spaces made visible, so that a token is never an empty label.
QString visibleText(const QString& token);

struct ValueScale {
  double low = 0, high = 1;
  bool logarithmic = false;
  look::Map map = look::Map::kViridis;
  bool operator==(const ValueScale&) const = default;

  /// Place of a value on the colour bar, 0 to 1; NaN for what has no place (NaN; on a logarithmic
  /// scale also what is not positive).
  double shareOf(double value) const;
  /// The value at a place of the colour bar.
  double valueAt(double share) const;
  /// Transparent for what has no place.
  QRgb colourOf(double value) const;
};
/// The scale that holds all finite values; a diverging map has zero at its centre.
ValueScale scaleOf(const Matrix& matrix, look::Map map, bool logarithmic);

}  // namespace warmstart
