// The tiles of a batch of images as a grid, as large as all of them fit into what is seen of it but
// never tiny, or one of them as large as fits. Used by the image grid
// view.
#pragma once
#include <QWidget>

#include "views/inspect/image_tiles.h"

namespace warmstart {

class ImageGrid : public QWidget {
  Q_OBJECT
 public:
  explicit ImageGrid(QWidget* parent = nullptr);
  void setTiles(ImageTiles tiles);
  const ImageTiles& tiles() const { return tiles_; }
  void setSelected(int tile);
  int selected() const { return selected_; }
  void enlarge(int tile);  ///< -1 = the grid again
  int enlarged() const { return enlarged_; }
  QRect rectOf(int tile) const;
  int heightForWidth(int width) const override;

 signals:
  void chosen(int tile);  ///< a click or a key on a tile
  void left();            ///< back to the grid

 protected:
  void paintEvent(QPaintEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;

 private:
  int perRow(int width) const;
  int heightOf(int width) const;
  void chooseEdge();
  void refit();
  ImageTiles tiles_;
  int edge_ = 0, selected_ = -1, enlarged_ = -1;
};

}  // namespace warmstart
