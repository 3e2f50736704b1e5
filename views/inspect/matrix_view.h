// Captures of kind "matrix", and any array of two axes or more: coloured cells, with exact values
// under the pointer.
#pragma once
#include "views/inspect/array_view.h"
#include "views/inspect/matrix_canvas.h"

class QCheckBox;
class QComboBox;
class QLabel;

namespace warmstart {

class MatrixView : public ArrayView {
  Q_OBJECT
 public:
  explicit MatrixView(QWidget* parent = nullptr);
  MatrixCanvas* canvas() const { return canvas_; }
  QString readOut() const;
  QWidget* picture() override { return canvas_; }
  QByteArray csv() const override;
  QVariantMap state() const override;
  void setState(const QVariantMap& state) override;

 protected:
  bool suits(const Array& array) const override { return array.shape.size() >= 2; }
  std::size_t drawnAxes(const Capture&, const Array&) const override { return 2; }
  void draw(const ArraySlice& slice) override;

 private:
  void colour();
  void read(const std::optional<Cell>& cell);
  MatrixPtr matrix_;
  MatrixCanvas* canvas_;
  QComboBox* map_;
  QCheckBox* logarithmic_;
  QLabel* read_out_;
};

/// "query a, key b: 0.25 (unit)": what stands in a cell, with all digits that a double has use of.
QString cellText(const Matrix& matrix, const Cell& cell);

/// A picker of colour maps: automatic (viridis, or diverging where values are negative), then each.
QComboBox* colourMapPicker(QWidget* parent);
look::Map chosenMap(const QComboBox& picker, bool signed_values);

}  // namespace warmstart
