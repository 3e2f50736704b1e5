// A capture that no other view can draw: its arrays with type, shape and axes, and the chosen one
// as its shape suggests: a table of few numbers, a curve, a matrix, or images.
#pragma once
#include <array>

#include "views/inspect/capture_view.h"

class QComboBox;
class QStackedWidget;
class QTableWidget;

namespace warmstart {

class ArrayView;

/// "table", "curve", "matrix" or "images": what suits the shape and the axes of an array.
QString viewOfArray(const Capture& capture, const Array& array);

class ArraysView : public CaptureView {
  Q_OBJECT
 public:
  explicit ArraysView(QWidget* parent = nullptr);
  void setCapture(const CapturePtr& capture, int sample, const QStringList& classes) override;
  bool canSubtract() const override { return true; }
  void setReference(const Reference& reference) override { reference_ = reference; }
  QVariantMap state() const override;
  void setState(const QVariantMap& state) override;
  QWidget* picture() override;
  QByteArray csv() const override;
  bool settled() const override;
  QTableWidget* table() const { return table_; }
  ArrayView* shownView() const;
  QComboBox* picker() const { return picker_; }

 private:
  void fillTable();
  void showArray();
  CapturePtr capture_;
  Reference reference_;
  QString wanted_;
  int sample_ = 0;
  QTableWidget* table_;
  QComboBox* picker_;
  QStackedWidget* views_;
};

}  // namespace warmstart
