// Numbers of a table as coloured cells with a scale beside them: the distances of all pairs, of
// groups, by layer and step. A click, or the arrow keys, choose a cell.
#pragma once
#include <QImage>
#include <QStringList>
#include <QWidget>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

namespace warmstart {

class HeatMap : public QWidget {
  Q_OBJECT
 public:
  struct Content {
    int rows = 0, columns = 0;
    std::vector<float> values;  ///< row-major; NaN is left empty
    QString row_title, column_title, unit;
    std::vector<int> borders;   ///< before these rows and columns a line is drawn (groups)
    bool square = false;        ///< cells are as wide as high
    bool write_values = false;  ///< into the cells, where there is room
    QStringList row_names;      ///< empty = rows have no names
    std::function<QString(int row, int column)> describe;  ///< of a cell, for its tip
  };
  using Cell = std::pair<int, int>;  ///< row, column

  explicit HeatMap(QWidget* parent = nullptr);
  void setContent(Content content);
  void setMarked(std::optional<Cell> cell);
  std::optional<Cell> marked() const { return marked_; }
  QRectF rectOf(const Cell& cell) const;
  std::pair<float, float> range() const { return {low_, high_}; }

 signals:
  void cellChosen(int row, int column);

 protected:
  void paintEvent(QPaintEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  bool event(QEvent* event) override;

 private:
  QRectF plot() const;
  std::optional<Cell> cellAt(const QPointF& place) const;
  void drawScale(QPainter& painter) const;
  void drawValues(QPainter& painter) const;
  void drawMark(QPainter& painter) const;
  Content content_;
  QImage image_;
  float low_ = 0, high_ = 1;
  std::optional<Cell> marked_;
};

}  // namespace warmstart
