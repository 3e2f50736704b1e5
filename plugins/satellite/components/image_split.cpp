#include "plugins/satellite/components/image_split.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "core/base/error.h"
#include "core/base/random.h"

namespace warmstart::satellite {

void ImageSplit::describe(Fields& fields) {
  fields
      .field(
          "split", split,
          "how parts are drawn: names: images by their names, class folder by class folder; "
          "blocks: whole blocks of ground, so that no held-out image has a neighbour in training")
      .one_of({"names", "blocks"});
  fields.field("test_share", test_share, "share of images drawn for the test part").within(0, 0.9);
  fields.field("validation_share", validation_share, "share drawn for the validation part")
      .within(0, 0.9);
  fields.field("block", block, "split: blocks: edge of the blocks that stay in one part")
      .above(0)
      .unit("images");
  fields
      .field("gap", gap,
             "split: blocks: ground between the parts: images closer to a held-out one are left "
             "out")
      .at_least(0)
      .unit("images");
  fields.field("draw", draw, "which ones are drawn").at_least(0);
}

void ImageSplit::check(const std::string& dataset) const {
  if (test_share + validation_share > 1)
    throw Error("test_share and validation_share are more than all images together",
                dataset + ".validation_share", "give smaller shares");
}

std::vector<PartedImage> ImageSplit::parts_of(const std::vector<SceneFiles>& images,
                                              const SceneSettings& scenes) const {
  return split == "names" ? drawn_by_name(images) : drawn_by_ground(images, scenes);
}

bool ImageSplit::wants(SplitPart of_image) const {
  if (part == "all") return true;
  if (part == "probe") return of_image == SplitPart::kTrain || of_image == SplitPart::kTest;
  return of_image == (part == "train"  ? SplitPart::kTrain
                      : part == "test" ? SplitPart::kTest
                                       : SplitPart::kValidation);
}

void ImageSplit::sort_drawn(std::vector<PartedImage>& images) const {
  const auto place = [&](const SceneFiles& image) {
    return mix_seed(static_cast<std::uint64_t>(draw), "satellite.image/" + image.name);
  };
  std::sort(images.begin(), images.end(), [&](const PartedImage& a, const PartedImage& b) {
    return std::pair(place(a.image), a.image.name) < std::pair(place(b.image), b.image.name);
  });
}

std::vector<PartedImage> ImageSplit::drawn_by_name(const std::vector<SceneFiles>& images) const {
  std::map<std::string, std::vector<PartedImage>> classes;
  for (const SceneFiles& image : images) classes[image.label].push_back({image});
  std::vector<PartedImage> all;
  for (auto& [label, members] : classes) {
    sort_drawn(members);
    const auto count = [&](double share) {
      return static_cast<std::size_t>(std::llround(share * static_cast<double>(members.size())));
    };
    const std::size_t test = count(test_share), held_out = test + count(validation_share);
    for (std::size_t i = 0; i < members.size(); ++i) {
      if (i < held_out) members[i].part = i < test ? SplitPart::kTest : SplitPart::kValidation;
      all.push_back(std::move(members[i]));
    }
  }
  return all;
}

std::vector<PartedImage> ImageSplit::drawn_by_ground(const std::vector<SceneFiles>& images,
                                                     const SceneSettings& scenes) const {
  const SceneTiles tiles(images, scenes, false);
  SpatialSplit ground;
  ground.test_share = test_share, ground.validation_share = validation_share;
  ground.block = block, ground.gap = gap, ground.draw = draw;
  const std::vector<SplitPart> parts = parts_of_tiles(tiles.footprints(), ground);
  std::vector<PartedImage> all;
  for (std::size_t i = 0; i < tiles.size(); ++i) {
    if (!tiles.scene(i).info().place)
      throw Error("the image has no georeference, so that it lies in no block of ground",
                  tiles.scene(i).file().string(), "use split: names");
    all.push_back({tiles.files(i), parts[i]});
  }
  return all;
}

}  // namespace warmstart::satellite
