// Which images train and which test, for data sets whose samples are whole images.
#pragma once
#include <string>
#include <vector>

#include "plugins/satellite/components/scene_tiles.h"

namespace warmstart::satellite {

/// An image and the part that it falls into.
struct PartedImage {
  SceneFiles image;
  SplitPart part = SplitPart::kTrain;
};

/// Settings that a data set puts beside its own.
struct ImageSplit {
  std::string part = "all", split = "names";
  double test_share = 0.2, validation_share = 0, block = 3, gap = 1;
  std::int64_t draw = 0;

  /// All but `part`, whose choices are the data set's.
  void describe(Fields& fields);
  /// Error naming `dataset`: shares of more than everything.
  void check(const std::string& dataset) const;
  /// Every image with its part: by name, class folder by class folder, or by blocks of ground,
  /// where images without data are left out. Error: blocks of an image without georeference.
  std::vector<PartedImage> parts_of(const std::vector<SceneFiles>& images,
                                    const SceneSettings& scenes) const;
  /// Whether `part` asks for these images.
  bool wants(SplitPart of_image) const;
  /// Images in the order of their draw, the same for the same `draw` whatever the files' order.
  void sort_drawn(std::vector<PartedImage>& images) const;

 private:
  std::vector<PartedImage> drawn_by_name(const std::vector<SceneFiles>& images) const;
  std::vector<PartedImage> drawn_by_ground(const std::vector<SceneFiles>& images,
                                           const SceneSettings& scenes) const;
};

}  // namespace warmstart::satellite
