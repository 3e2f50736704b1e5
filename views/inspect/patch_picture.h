// An image under the attention of one of its patches, or of the class token: each patch is as
// coloured as its weight is large. A click chooses the patch that looks. Used by the attention
// view.
#pragma once
#include <QImage>
#include <QWidget>
#include <vector>

#include "views/inspect/matrix.h"

namespace warmstart {

class PatchPicture : public QWidget {
  Q_OBJECT
 public:
  explicit PatchPicture(QWidget* parent = nullptr);
  /// `grid`: rows and columns of patches; `before`: tokens that come before the patches.
  void setContent(QImage image, MatrixPtr weights, const std::vector<int>& grid, int before);
  void setActive(int token);
  int active() const { return active_; }
  QRectF rectOf(int token) const;

 signals:
  void hovered(int token);  ///< -1 = none
  void chosen(int token);

 protected:
  void paintEvent(QPaintEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void leaveEvent(QEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;

 private:
  QRectF pictureRect() const;
  int tokenAt(const QPointF& place) const;
  QImage image_;
  MatrixPtr weights_;
  int rows_ = 1, columns_ = 1, before_ = 0, active_ = 0;
};

}  // namespace warmstart
