// Where the voxels of a sample lie in the patient, through every transform that moves them: the
// images hold the coordinates that nibabel gives their voxels.
#include <torch/types.h>

#include "core/inspect/inspector.h"
#include "medical_components.h"

namespace warmstart::medical {
namespace {

using testing::dataset;
using testing::Folder;
using testing::transformed;

constexpr double kFilled = 1e9;  ///< what padding shows

std::shared_ptr<Dataset> coordinate_volumes(const Folder& folder, const std::string& file = "") {
  const std::string arguments = "coordinates '" + folder.path().string() + "' " +
                                (file.empty() ? std::string() : "'" + file + "'");
  EXPECT_NE(testing::python_says("nifti_placement.py", arguments), "");
  return dataset("medical.image_pairs", {{"root", folder.path().string()}, {"labelled", false}});
}

/// The largest distance, in mm, between what "origin", "spacing" and "direction" say of a voxel and
/// what the image says; `margin` voxels at the faces may have been clamped by a resampling.
double worst_place(const Sample& sample, std::int64_t margin = 0) {
  at::Tensor image = sample.fields.get("image").to(at::kDouble);
  at::Tensor place_3DHW = sample.fields.get("origin").view({3, 1, 1, 1}).expand_as(image);
  for (std::int64_t axis = 0; axis < 3; ++axis) {
    std::vector<std::int64_t> along{1, 1, 1, 1};
    along[static_cast<std::size_t>(axis + 1)] = image.size(axis + 1);
    const at::Tensor index = torch::arange(image.size(axis + 1), at::kDouble).view(along);
    place_3DHW = place_3DHW + index * sample.fields.get("spacing")[axis] *
                                  sample.fields.get("direction")[axis].view({3, 1, 1, 1});
  }
  at::Tensor away = (image - place_3DHW).abs().masked_fill(image > kFilled / 2, 0);
  for (std::int64_t axis = 1; axis < 4; ++axis)
    away = away.narrow(axis, margin, away.size(axis) - 2 * margin);
  return away.max().item<double>();
}

void expect_places(const Sample& sample) {
  EXPECT_LT(worst_place(sample), 1e-3) << sample.id;
  const Json fill{{"multiple", 5}, {"mode", "constant"}, {"value", kFilled}};
  const Json finer{{"spacing", {2, 1, 1}}}, crop{{"patch", {4, 5, 3}}};
  const Json flip{{"axes", {0, 1, 2}}, {"probability", 1}};
  EXPECT_LT(worst_place(transformed("medical.center_pad", fill, sample)), 1e-3) << sample.id;
  EXPECT_LT(worst_place(transformed("medical.random_crop", crop, sample, 3)), 1e-3) << sample.id;
  EXPECT_LT(worst_place(transformed("medical.random_flip", flip, sample)), 1e-3) << sample.id;
  Sample all = transformed("medical.resample_spacing", finer, sample);
  EXPECT_LT(worst_place(all, 2), 1e-3) << sample.id;
  all = transformed("medical.center_pad", fill, transformed("medical.random_flip", flip, sample));
  EXPECT_LT(worst_place(transformed("medical.random_crop", crop, all, 5)), 1e-3) << sample.id;
}

TEST(Placement, IsThatOfNibabelThroughEveryTransformThatMovesVoxels) {
  const Folder folder;
  const auto volumes = coordinate_volumes(folder);
  ASSERT_EQ(volumes->size(), 4);
  for (std::int64_t i = 0; i < volumes->size(); ++i) expect_places(volumes->get(i));
}

TEST(Placement, IsThatOfNibabelInARealVolume) {
  const Path images = testing::shared_data("hippocampus") / "images";
  if (!std::filesystem::exists(images)) GTEST_SKIP() << "no hippocampus beside the source tree";
  std::vector<Path> files;
  for (const auto& entry : std::filesystem::directory_iterator(images))
    files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  const Folder folder;
  expect_places(coordinate_volumes(folder, files.front().string())->get(0));
}

TEST(Placement, AnotherSpacingWithoutItsShiftWouldShow) {
  const Folder folder;
  Sample sample = transformed("medical.resample_spacing", {{"spacing", {2, 1, 1}}},
                              coordinate_volumes(folder)->get(0));
  sample.fields.set("origin", sample.fields.get("origin") + 0.25);
  EXPECT_NEAR(worst_place(sample, 2), 0.25, 1e-3);
}

TEST(Placement, IsNotKnownAfterADeformation) {
  const Folder folder;
  const Sample moved =
      transformed("medical.elastic", {{"probability", 1}}, coordinate_volumes(folder)->get(0));
  EXPECT_FALSE(moved.fields.get("origin").isfinite().any().item<bool>());
}

TEST(Placement, IsFiledBySegmentationCapturesWhereItIsKnown) {
  const Folder folder;
  const auto volumes = coordinate_volumes(folder);
  Sample sample = transformed("medical.random_crop", {{"patch", {4, 4, 4}}}, volumes->get(0));
  sample.fields.set("label", at::zeros({4, 4, 4}, at::kLong));
  const Json network{{"dims", 3}, {"in_channels", 3}, {"classes", 2}, {"widths", {2, 2}}};
  const auto model = create<Model>(testing::spec("unet", network));
  const auto objective = create<Objective>(testing::spec("segmentation_loss", Json::object()));
  const auto inspector = create<Inspector>(testing::spec("segmentation", Json::object()));
  Context context{*model, 1, 0, 1, false};
  const auto origin_of = [&](const Sample& watched) {
    at::Tensor found;
    const Capture capture = inspector->capture(collate({watched}), {"a"}, *objective, context);
    for (const auto& [name, tensor] : capture.tensors)
      if (name == "origin") found = tensor;
    return found;
  };
  EXPECT_TRUE(origin_of(sample).equal(sample.fields.get("origin").unsqueeze(0)));
  sample.fields.set("origin", at::full({3}, std::nan(""), at::kDouble));
  EXPECT_FALSE(origin_of(sample).defined());
}

}  // namespace
}  // namespace warmstart::medical
