// All heads of a model at once: a row a layer, a column a head, each a small picture of its
// weights. A click or the arrow keys choose one. Used by the attention view.
#pragma once
#include <QImage>
#include <QWidget>
#include <vector>

namespace warmstart {

class HeadGrid : public QWidget {
  Q_OBJECT
 public:
  explicit HeadGrid(QWidget* parent = nullptr);
  void setThumbnails(std::vector<std::vector<QImage>> thumbnails, QStringList layers);
  /// -1, or a layer or head that does not exist: no single head is marked.
  void setChosen(int layer, int head);
  QRect rectOf(int layer, int head) const;
  QSize sizeHint() const override;

 signals:
  void chosen(int layer, int head);

 protected:
  void paintEvent(QPaintEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  bool event(QEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;

 private:
  int heads() const;
  int edge() const;
  std::pair<int, int> headAt(const QPoint& place) const;
  std::vector<std::vector<QImage>> thumbnails_;
  QStringList layers_;
  int layer_ = -1, head_ = -1;
};

}  // namespace warmstart
