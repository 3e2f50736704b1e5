// Captures of kind "table": columns of equal length side by side, or the last two axes of one
// array.
#pragma once
#include "views/inspect/array_view.h"
#include "views/inspect/matrix_model.h"

class QTableView;

namespace warmstart {

class TableView : public ArrayView {
  Q_OBJECT
 public:
  explicit TableView(QWidget* parent = nullptr);
  QTableView* table() const { return table_; }
  MatrixModel& model() { return model_; }
  QWidget* picture() override;
  QByteArray csv() const override;

 protected:
  bool suits(const Array&) const override { return true; }
  std::size_t drawnAxes(const Capture&, const Array& array) const override {
    return std::min<std::size_t>(array.shape.size(), 2);
  }
  void draw(const ArraySlice& slice) override;

 private:
  MatrixModel model_;
  QTableView* table_;
};

/// All arrays of the capture that run along the same single axis as `slice`, as columns, in the
/// file's order; the array of the header's "x" comes first.
std::vector<ArraySlice> alongTheSameAxis(const ArraySlice& slice);

}  // namespace warmstart
