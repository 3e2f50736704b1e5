// What the views of single arrays share: which array of the capture, which place along the axes
// that are not drawn, and the difference to another capture. Base of the matrix, table, curve and
// image views; the arrays view puts one of them beside its list.
#pragma once
#include <QHash>
#include <vector>

#include "views/inspect/capture_view.h"
#include "views/inspect/matrix.h"

class QComboBox;
class QHBoxLayout;
class QSpinBox;

namespace warmstart {

/// The part of an array that is drawn: its last axes, at one place of those before. Values may be
/// read on any thread.
struct ArraySlice {
  CapturePtr capture;
  Reference reference;  ///< subtracted, where it has one
  QString name;
  std::vector<std::int64_t> shape;
  QStringList axes;
  std::int64_t first = 0;            ///< place of its first value in the array
  std::int64_t reference_first = 0;  ///< the same in the reference's array
  int sample = 0;

  std::int64_t count() const;
  const Array& array() const { return *capture->find(name.toStdString()); }
  QString unit() const { return capture->units(name.toStdString()); }
  /// Whether the reference has the array in the same shape and, along an axis of samples that is
  /// drawn, the same ones.
  bool subtracts() const;
  std::vector<double> values() const;
  /// Labels along one of its axes; empty = numbered.
  QStringList labels(std::size_t axis) const;
};

/// The last two axes as a matrix; one axis is a column, none a single cell.
Matrix matrixOf(const ArraySlice& slice);

class ArrayView : public CaptureView {
  Q_OBJECT
 public:
  void setCapture(const CapturePtr& capture, int sample, const QStringList& classes) override;
  bool canSubtract() const override { return true; }
  void setReference(const Reference& reference) override { reference_ = reference; }
  QVariantMap state() const override;
  void setState(const QVariantMap& state) override;
  /// Draws that array, of those that suit; the picker is not shown any more.
  void showOnly(const QString& array);
  QComboBox* arrayPicker() const { return arrays_; }

 protected:
  explicit ArrayView(QWidget* parent);
  virtual bool suits(const Array& array) const = 0;
  /// How many of the last axes are drawn.
  virtual std::size_t drawnAxes(const Capture& capture, const Array& array) const = 0;
  virtual void draw(const ArraySlice& slice) = 0;
  QHBoxLayout* bar() const { return bar_; }
  int sample() const { return sample_; }
  const CapturePtr& capture() const { return capture_; }
  /// Draws again what is chosen.
  void redraw();

 private:
  void fillArrays();
  void makePlaces(const Array& array, const QStringList& leading);
  std::int64_t placeOf(const Array& array, const QStringList& leading, int sample) const;
  QHBoxLayout* bar_;
  QHBoxLayout* places_row_;
  QComboBox* arrays_;
  QHash<QString, QSpinBox*> places_;  ///< by the name of the axis
  QStringList place_axes_;
  CapturePtr capture_;
  Reference reference_;
  QString wanted_;
  int sample_ = 0;
  bool only_ = false;
};

}  // namespace warmstart
