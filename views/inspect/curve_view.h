// Captures of kind "curve": one-dimensional arrays over an axis. Arrays along the same axis and in
// the same unit are drawn together; of an array with two axes each row is a series. The header's
// "x" names the array that holds the places along the axis.
#pragma once
#include "views/inspect/array_view.h"

class QCheckBox;
class QLabel;

namespace warmstart {

namespace look {
class Plot;
}

class CurveView : public ArrayView {
  Q_OBJECT
 public:
  explicit CurveView(QWidget* parent = nullptr);
  look::Plot* plot() const { return plot_; }
  QString readOut() const;
  QWidget* picture() override;
  QByteArray csv() const override { return table_.rows > 0 ? csvOf(table_) : QByteArray(); }
  QVariantMap state() const override;
  void setState(const QVariantMap& state) override;

 protected:
  bool suits(const Array& array) const override { return !array.shape.empty(); }
  std::size_t drawnAxes(const Capture&, const Array& array) const override {
    return std::min<std::size_t>(array.shape.size(), 2);
  }
  void draw(const ArraySlice& slice) override;
  void changeEvent(QEvent* event) override;

 private:
  void takeSeries(const ArraySlice& slice);
  void replot();
  void paintPlot(int series);
  void readAt(double x);
  look::Plot* plot_;
  QCheckBox* logarithmic_;
  QLabel* read_out_;
  Matrix table_;  ///< a row a place, a column a series
  std::vector<double> x_;
  QString x_name_, y_name_;
};

}  // namespace warmstart
