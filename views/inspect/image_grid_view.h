// Captures of the kinds "images", "grad_cam" and "gates": batches of images with any number of
// channels as a grid; a click enlarges one (and chooses the sample where the batch is the watch
// set), Escape goes back.
#pragma once
#include "views/inspect/background.h"
#include "views/inspect/image_grid.h"

class QCheckBox;
class QComboBox;
class QLabel;
class QScrollArea;
class QSlider;

namespace warmstart {

class ImageGridView : public ArrayView {
  Q_OBJECT
 public:
  explicit ImageGridView(QWidget* parent = nullptr);
  ImageGrid* grid() const { return grid_; }
  QString readOut() const;
  QWidget* picture() override { return grid_; }
  bool settled() const override { return !drawing_.busy(); }
  QVariantMap state() const override;
  void setState(const QVariantMap& state) override;

 protected:
  bool suits(const Array& array) const override {
    return array.shape.size() >= 2 && array.name != "geotransform";
  }
  std::size_t drawnAxes(const Capture& capture, const Array& array) const override;
  void draw(const ArraySlice& slice) override;

 private:
  void buildBar();
  void fillChannels(std::int64_t channels);
  void showTiles(const ImageTiles& tiles);
  void choose(int tile);
  void readTile();
  ImageStyle style() const;
  Background<ImageTiles> drawing_;
  QScrollArea* scroll_;
  ImageGrid* grid_;
  QComboBox *channels_, *contrast_;
  QCheckBox* mean_;
  QLabel* heat_label_;
  QSlider* heat_;
  QLabel* read_out_;
  bool batch_is_samples_ = false;
  QString unit_;
};

}  // namespace warmstart
