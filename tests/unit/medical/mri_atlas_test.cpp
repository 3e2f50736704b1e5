#include "medical_components.h"
#include "plugins/medical/io/label_groups.h"

namespace warmstart::medical {
namespace {

using testing::dataset;
using ::testing::ElementsAre;
using testing::Folder;
using ::testing::HasSubstr;
using testing::message_of;

/// A template of 20 voxels a side whose right half mirrors the left one, with two labels.
void save_template(const Folder& folder) {
  std::vector<float> image;
  std::vector<std::int16_t> label;
  for (int z = 0; z < 20; ++z) {
    for (int y = 0; y < 20; ++y) {
      for (int x = 0; x < 21; ++x) {
        const int side = std::min(x, 20 - x);
        image.push_back(static_cast<float>(side + 20 * y + 400 * z));
        label.push_back(static_cast<std::int16_t>(x == 10  ? 0
                                                  : z < 10 ? (x < 10 ? 1 : 2)
                                                           : (x < 10 ? 3 : 4)));
      }
    }
  }
  write_volume(folder / "ch2.nii.gz", testing::box_grid({21, 20, 20}), image);
  write_labels(folder / "aal.nii.gz", testing::box_grid({21, 20, 20}), label);
  testing::save_bytes(folder / "aal.nii.txt",
                      "1 Low_L 2001\n2 Low_R 2002\n3 High_L 2101\n4 High_R 2102\n");
}

Json settings_for(const Folder& folder, const std::string& hemisphere) {
  return {{"folder", folder.path().string()},
          {"hemisphere", hemisphere},
          {"groups", {"low=Low", "high=3,4"}},
          {"patch", {8, 8, 8}},
          {"stride", {8, 8, 8}},
          {"downsample", 1}};
}

TEST(MriAtlas, MirrorsTheRightHalfOntoTheLeft) {
  const Folder folder;
  save_template(folder);
  const auto left = dataset("medical.mri_atlas", settings_for(folder, "left"));
  const auto right = dataset("medical.mri_atlas", settings_for(folder, "right"));
  ASSERT_EQ(left->size(), 4);
  for (std::int64_t i = 0; i < left->size(); ++i) {
    const Sample a = left->get(i), b = right->get(i);
    EXPECT_TRUE(a.fields.get("image").equal(b.fields.get("image")));
    EXPECT_TRUE(a.fields.get("label").equal(b.fields.get("label")));
    EXPECT_NE(a.id, b.id);
  }
  EXPECT_THAT(left->get(0).fields.get("image").sizes(), ElementsAre(1, 8, 8, 8));
  EXPECT_EQ(left->facts()["class_names"], (Json{"background", "low", "high"}));
  EXPECT_EQ(dataset("medical.mri_atlas", settings_for(folder, "both"))->size(), 8);
}

TEST(MriAtlas, SaysHowToInstallTheTemplates) {
  EXPECT_THAT(message_of([] {
                dataset("medical.mri_atlas", {{"folder", "/nowhere"}});
              }),
              HasSubstr("apt install mricron-data"));
}

TEST(MriAtlas, RefusesGroupsThatMatchNothingOrOverlap) {
  EXPECT_THAT(message_of([] { read_label_groups({"a=Nowhere"}, {}); }),
              HasSubstr("'Nowhere' matches no label"));
  EXPECT_THAT(message_of([] {
                read_label_groups({"a=1,2", "b=2"}, {});
              }),
              HasSubstr("label 2 is in two groups"));
  EXPECT_THAT(message_of([] { read_label_groups({"a"}, {}); }), HasSubstr("no group"));
}

TEST(MriAtlas, CutsTheInstalledTemplateIntoLobes) {
  if (!std::filesystem::exists("/usr/share/mricron/templates/ch2.nii.gz"))
    GTEST_SKIP() << "mricron-data is not installed";
  const Folder folder;
  const auto atlas = dataset("medical.mri_atlas", {{"hemisphere", "left"}});
  EXPECT_EQ(atlas->facts()["classes"], 9);
  EXPECT_GE(atlas->size(), 8);
  at::Tensor counts = at::zeros({9}, at::kLong);
  for (std::int64_t i = 0; i < atlas->size(); ++i) {
    counts += atlas->get(i).fields.get("label").flatten().bincount({}, 9);
  }
  EXPECT_GT(counts.min().item<std::int64_t>(), 100) << counts;
  EXPECT_TRUE(atlas->get(0).fields.get("spacing").equal(at::full({3}, 2.0, at::kDouble)));
}

}  // namespace
}  // namespace warmstart::medical
