// The drawn part of the data preview: pictures in one row that takes the room there is, then what
// is text or an outline, as read on the left and as trained on the right. Stands in a scroll area.
#pragma once
#include <QWidget>
#include <vector>

#include "views/setup/preview_items.h"

class QScrollArea;

namespace warmstart {

class PreviewSheet : public QWidget {
  Q_OBJECT
 public:
  explicit PreviewSheet(QWidget* parent = nullptr);
  /// A new scroll area around `sheet`.
  static QScrollArea* scrolled(PreviewSheet* sheet, QWidget* parent);
  /// `nothing`: said where there are no items.
  void setItems(std::vector<PreviewItem> items, const QString& nothing);
  const std::vector<PreviewItem>& items() const { return items_; }
  bool hasHeightForWidth() const override { return true; }
  int heightForWidth(int width) const override;
  QSize sizeHint() const override;

 signals:
  void wheelTurned(int steps);  ///< over volumes

 protected:
  void paintEvent(QPaintEvent* event) override;
  void wheelEvent(QWheelEvent* event) override;

 private:
  /// A field: what stands left and right; one of them alone may stand over both.
  struct Row {
    const PreviewItem *read = nullptr, *trained = nullptr;
  };
  int pictures() const;
  std::vector<Row> rows() const;
  int cellHeight(const PreviewItem& item, int width) const;
  int rowHeight(const Row& row, int width) const;
  int rowsHeight(int width) const;
  void drawPictures(QPainter& painter, int height) const;
  void drawCell(QPainter& painter, const PreviewItem& item, const QRect& place) const;
  void drawOutline(QPainter& painter, const PreviewItem& item, const QRect& place) const;
  std::vector<PreviewItem> items_;
  QString nothing_;
};

}  // namespace warmstart
