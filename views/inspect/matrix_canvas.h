// Draws a Matrix as coloured cells with labels on both sides and a colour bar. Wheel zooms, a drag
// moves, R or a double click shows all; the arrow keys walk from cell to cell. The cost of drawing
// is bounded by what is seen: several cells under one pixel show the one of greatest magnitude.
#pragma once
#include <QImage>
#include <QWidget>
#include <optional>

#include "views/inspect/matrix.h"

namespace warmstart {

struct Cell {
  int row = 0, column = 0;
  bool operator==(const Cell&) const = default;
};

class MatrixCanvas : public QWidget {
  Q_OBJECT
 public:
  explicit MatrixCanvas(QWidget* parent = nullptr);
  /// Zoom and place stay while the shape does.
  void setMatrix(MatrixPtr matrix, const ValueScale& scale);
  const MatrixPtr& matrix() const { return matrix_; }
  const ValueScale& scale() const { return scale_; }
  /// Writes the number into each cell that has room for it.
  void setNumbersShown(bool shown);
  void setSelected(std::optional<Cell> cell);
  std::optional<Cell> selected() const { return selected_; }
  /// Where a cell lies, in the widget's coordinates; it may lie outside of what is shown.
  QRectF rectOf(const Cell& cell) const;
  std::optional<Cell> cellAt(const QPointF& place) const;
  double zoom() const { return zoom_; }
  void showAll();
  QSize sizeHint() const override;

 signals:
  void hovered(std::optional<Cell> cell);  ///< none = the pointer left the cells
  void chosen(const Cell& cell);           ///< a click, Return, or an arrow key

 protected:
  void paintEvent(QPaintEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  void changeEvent(QEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void mouseDoubleClickEvent(QMouseEvent* event) override;
  void wheelEvent(QWheelEvent* event) override;
  void leaveEvent(QEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;

 private:
  struct Span {
    int first = 0, last = -1;  ///< cells that are at least partly seen
  };
  int rowLabelsLeft() const;
  QFont labelFont(double room) const;
  void layOut();
  void fit();
  void zoomAt(const QPointF& place, double factor);
  void keepInside();
  void moveSelection(int rows, int columns);
  Span seenRows() const;
  Span seenColumns() const;
  void drawCells(QPainter& painter);
  void drawNumbers(QPainter& painter) const;
  void drawLabels(QPainter& painter) const;
  void drawColumnLabels(QPainter& painter) const;
  void drawBar(QPainter& painter) const;
  void drawFrame(QPainter& painter, const Cell& cell, const QColor& colour) const;
  void refreshImage();
  MatrixPtr matrix_;
  ValueScale scale_;
  QRect body_, bar_;
  QSizeF cell_{1, 1};
  QPointF origin_;  ///< the body's upper left corner, in cells
  double zoom_ = 1;
  bool numbers_ = false, turned_labels_ = false, image_stale_ = true;
  QImage image_;
  std::optional<Cell> selected_, under_pointer_;
  QPointF pressed_, pressed_origin_;
  bool dragging_ = false;
};

}  // namespace warmstart
