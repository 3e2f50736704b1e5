#include "medical_components.h"
#include "plugins/medical/io/case_list.h"
#include "plugins/medical/io/gate.h"

namespace warmstart::medical {
namespace {

using testing::dataset;
using ::testing::ElementsAre;
using testing::Folder;
using ::testing::HasSubstr;
using testing::message_of;

Grid flipped_grid() {
  Grid grid = testing::box_grid({4, 5, 6}, {1, 2, 3});
  grid.affine[0] = -1;  // stored from right to left
  grid.affine[3] = 3;
  return grid;
}

void save_case(const Path& root, const std::string& name, const Grid& label_grid,
               std::int16_t last_label) {
  std::filesystem::create_directories(root / "images");
  std::filesystem::create_directories(root / "labels");
  const Grid grid = flipped_grid();
  write_volume(root / "images" / (name + ".nii.gz"), grid, testing::counted_voxels(grid.size));
  std::vector<std::int16_t> labels(static_cast<std::size_t>(label_grid.voxels()));
  labels.back() = last_label;
  labels.front() = 1;
  write_labels(root / "labels" / (name + ".nii.gz"), label_grid, labels);
}

void save_three(const Path& root) {
  for (const char* name : {"a", "b", "c"}) save_case(root, name, flipped_grid(), 2);
}

TEST(ImagePairs, HandsOutTensorsInCanonicalOrder) {
  const Folder folder;
  save_three(folder.path());
  const auto pairs = dataset("medical.image_pairs", {{"root", folder.path().string()}});
  ASSERT_EQ(pairs->size(), 3);
  const Sample sample = pairs->get(1);
  EXPECT_EQ(sample.id, "b");
  const at::Tensor& image = sample.fields.get("image");
  EXPECT_THAT(image.sizes(), ElementsAre(1, 6, 5, 4));
  EXPECT_EQ(image[0][2][1][0].item<float>(), 3 + 10 + 200);  // W runs to the right: stored i = 3
  EXPECT_EQ(sample.fields.get("label")[0][0][3].item<std::int64_t>(), 1);
  EXPECT_EQ(sample.fields.get("label").scalar_type(), at::kLong);
  EXPECT_TRUE(sample.fields.get("spacing").equal(at::arange(3, 0, -1, at::kDouble)));
  EXPECT_EQ(pairs->facts()["classes"], 3);
}

TEST(ImagePairs, FollowsTheSplitFileInItsOrder) {
  const Folder folder;
  save_three(folder.path());
  testing::save_bytes(folder / "split.json",
                      R"({"how": "by hand", "train": ["c", "a"], "test": ["b"]})");
  const Json settings{
      {"root", folder.path().string()}, {"split", "train"}, {"split_file", "split.json"}};
  const auto train = dataset("medical.image_pairs", settings);
  EXPECT_EQ(train->size(), 2);
  EXPECT_EQ(train->get(0).id, "c");
  Json wrong = settings;
  wrong["split"] = "dev";
  EXPECT_THAT(message_of([&] { dataset("medical.image_pairs", wrong); }),
              HasSubstr("it has: train, test"));
  testing::save_bytes(folder / "split.json", R"({"train": ["x"]})");
  EXPECT_THAT(message_of([&] { dataset("medical.image_pairs", settings); }), HasSubstr("case x"));
  testing::save_bytes(folder / "split.json", R"({"train": ["a"], "test": ["a"]})");
  EXPECT_THAT(message_of([&] { dataset("medical.image_pairs", settings); }), HasSubstr("twice"));
}

TEST(ImagePairs, ReadsTheNnunetLayoutWithChannelsAndClassNames) {
  const Folder folder;
  std::filesystem::create_directories(folder / "imagesTr");
  std::filesystem::create_directories(folder / "labelsTr");
  const Grid grid = testing::box_grid({4, 4, 4});
  for (const char* name : {"p_0000", "p_0001"}) {
    write_volume(folder / ("imagesTr/" + std::string(name) + ".nii.gz"), grid,
                 testing::counted_voxels(grid.size));
  }
  write_labels(folder / "labelsTr/p.nii.gz", grid, std::vector<std::int16_t>(64, 1));
  testing::save_bytes(folder / "dataset.json",
                      R"({"labels": {"background": 0, "liver": 1, "tumour": 2}})");
  const auto pairs = dataset("medical.image_pairs", {{"root", folder.path().string()}});
  EXPECT_THAT(pairs->get(0).fields.get("image").sizes(), ElementsAre(2, 4, 4, 4));
  EXPECT_EQ(pairs->facts()["class_names"], (Json{"background", "liver", "tumour"}));
  EXPECT_EQ(pairs->facts()["channels"], 2);
}

TEST(ImagePairs, NamesCaseAndNumbersWhenGridsDiffer) {
  const Folder folder;
  save_case(folder.path(), "a", flipped_grid(), 2);
  Grid other = flipped_grid();
  other.affine[10] = 2.5;
  save_case(folder.path(), "X", other, 2);
  EXPECT_THAT(message_of([&] {
                dataset("medical.image_pairs", {{"root", folder.path().string()}});
              }),
              HasSubstr("case X: label grid differs from image (spacing 1x2x3 vs 1x2x2.5 mm)"));
}

TEST(ImagePairs, NamesCaseAndValueOfALabelOutOfRange) {
  const Folder folder;
  save_case(folder.path(), "a", flipped_grid(), 7);
  const Json settings{{"root", folder.path().string()}, {"classes", {"background", "one", "two"}}};
  EXPECT_THAT(message_of([&] { dataset("medical.image_pairs", settings); }),
              HasSubstr("case a: the label has value 7, allowed are 0..2"));
  save_case(folder.path(), "a", flipped_grid(), -1);
  EXPECT_THAT(message_of([&] { dataset("medical.image_pairs", settings); }), HasSubstr("value -1"));
}

TEST(ImagePairs, SaysWhatIsMissingInAFolder) {
  const Folder folder;
  const Json settings{{"root", folder.path().string()}};
  EXPECT_THAT(message_of([&] { dataset("medical.image_pairs", settings); }),
              HasSubstr("neither images/ nor imagesTr/"));
  std::filesystem::create_directories(folder / "images");
  EXPECT_THAT(message_of([&] { dataset("medical.image_pairs", settings); }),
              HasSubstr("no volumes"));
  write_volume(folder / "images/a.nii", testing::box_grid({2, 2, 2}), std::vector<float>(8));
  std::filesystem::create_directories(folder / "labels");
  EXPECT_THAT(message_of([&] { dataset("medical.image_pairs", settings); }),
              HasSubstr("case a has no label"));
  EXPECT_EQ(dataset("medical.image_pairs", {{"root", folder.path().string()}, {"labelled", false}})
                ->size(),
            1);
}

TEST(ImagePairs, SavesPredictionsOnTheInputsOwnGrid) {
  const Folder folder;
  save_three(folder.path());
  const auto pairs =
      dataset("medical.image_pairs", {{"root", folder.path().string()}, {"probabilities", true}});
  const auto files = pairs->for_files({(folder / "images/b.nii.gz").string()});
  const at::Tensor label = pairs->get(1).fields.get("label");
  Batch outputs;
  outputs.set("logits", at::one_hot(label, 3).permute({3, 0, 1, 2}).to(at::kFloat) * 9);
  const auto written = files->save_prediction(0, outputs, folder / "out");
  ASSERT_EQ(written.size(), 2u);
  EXPECT_EQ(written[0], folder / "out/b.nii.gz");
  const auto admitted = Gate().admit({written[0], folder / "labels/b.nii.gz"});
  EXPECT_EQ(read_volume(admitted[0]).voxels, read_volume(admitted[1]).voxels);
  EXPECT_EQ(admitted[0].verdict.grid.affine, admitted[1].verdict.grid.affine);
}

TEST(ImagePairs, ResamplesAPredictionBackWhenItsSpacingIsKnown) {
  const Folder folder;
  save_three(folder.path());
  const auto pairs = dataset("medical.image_pairs", {{"root", folder.path().string()}});
  Batch outputs;
  outputs.set("logits", at::zeros({3, 12, 5, 4}));
  EXPECT_THAT(message_of([&] { pairs->save_prediction(0, outputs, folder / "out"); }),
              HasSubstr("the prediction is 12x5x4, the input is 6x5x4"));
  outputs.set("spacing", at::tensor({1.5, 2.0, 1.0}, at::kDouble));
  EXPECT_EQ(pairs->save_prediction(0, outputs, folder / "out").size(), 1u);
}

TEST(ImagePairs, HoldsTheHippocampusSplit) {
  const auto file = Path(WARMSTART_SOURCE_DIR) / "resources/recipes/medical/hippocampus_split.json";
  EXPECT_EQ(read_split(file, "train").size(), 160u);
  EXPECT_EQ(read_split(file, "test").size(), 40u);
  const Path root = testing::shared_data("hippocampus");
  if (!std::filesystem::exists(root))
    GTEST_SKIP() << "the hippocampus volumes are not beside the source tree";
  const Folder folder;
  const auto pairs =
      dataset("medical.image_pairs", {{"root", root.string()},
                                      {"split", "test"},
                                      {"split_file", file.string()},
                                      {"classes", {"background", "anterior", "posterior"}}});
  EXPECT_EQ(pairs->size(), 40);
  EXPECT_EQ(pairs->get(7).fields.get("label").max().item<std::int64_t>(), 2);
}

}  // namespace
}  // namespace warmstart::medical
