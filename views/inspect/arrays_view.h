// What is in a capture that no other view can draw: its arrays with type, shape and axes.
#pragma once
#include <QTableWidget>

#include "views/inspect/capture_view.h"

namespace warmstart {

class ArraysView : public CaptureView {
  Q_OBJECT
 public:
  explicit ArraysView(QWidget* parent = nullptr);
  void setCapture(const CapturePtr& capture, int sample, const QStringList& classes) override;
  QTableWidget* table() const { return table_; }

 private:
  QTableWidget* table_;
};

}  // namespace warmstart
