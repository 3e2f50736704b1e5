// A small sheet over a plot in which its ranges are typed; an empty field means
// as the curves need.
#pragma once
#include <qcustomplot.h>

#include <QFrame>
#include <array>
#include <optional>

class QLabel;
class QLineEdit;

namespace warmstart::live {

class RangePopup : public QFrame {
  Q_OBJECT
 public:
  RangePopup(const QCPRange& x, const QCPRange& y, QWidget* parent);

 signals:
  void chosen(std::optional<QCPRange> x, std::optional<QCPRange> y);

 private:
  void apply();
  /// False where the two fields are no range.
  bool read(std::size_t first, std::optional<QCPRange>& range) const;
  std::array<QLineEdit*, 4> fields_{};  ///< x from, x to, y from, y to
  QLabel* problem_;
};

}  // namespace warmstart::live
