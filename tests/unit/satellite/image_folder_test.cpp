// Images in class folders: parts, probes of features, and predictions for files.
#include <ATen/ATen.h>

#include <cmath>
#include <set>

#include "core/metrics/metric.h"
#include "satellite_files.h"

namespace warmstart::satellite {
namespace {

using testing::dataset;
using testing::Folder;
using testing::HasSubstr;
using testing::made_rasters;
using testing::message_of;

/// Ten pictures each of city and lake.
Json save_classes(const Folder& folder) {
  for (const char* label : {"city", "lake"}) {
    std::filesystem::create_directories((folder / "data") / label);
    for (int i = 0; i < 10; ++i)
      std::filesystem::copy(
          made_rasters() / (i % 2 ? "picture.png" : "picture.jpg"),
          (folder / "data") / label / (std::to_string(i) + (i % 2 ? ".png" : ".jpg")));
  }
  return {{"root", (folder / "data").string()}};
}

std::set<std::string> ids_of(const Dataset& data) {
  std::set<std::string> ids;
  for (std::int64_t i = 0; i < data.size(); ++i) ids.insert(data.get(i).id);
  return ids;
}

TEST(ImageFolder, ReadsClassFoldersAndDrawsParts) {
  const Folder folder;
  Json settings = save_classes(folder);
  settings["test_share"] = 0.3;
  settings["validation_share"] = 0.2;
  const auto part = [&](const char* name) {
    settings["part"] = name;
    return dataset("satellite.image_folder", settings);
  };
  const auto test = part("test"), validation = part("validation"), train = part("train");
  EXPECT_EQ(test->size(), 6);
  EXPECT_EQ(validation->size(), 4);
  EXPECT_EQ(train->size(), 10);
  std::set<std::string> all = ids_of(*test);
  all.merge(ids_of(*validation));
  all.merge(ids_of(*train));
  EXPECT_EQ(all.size(), 20U) << "no image is in two parts";
  EXPECT_EQ(part("all")->size(), 20);
  EXPECT_EQ(train->facts()["class_names"], Json({"city", "lake"}));
  for (std::int64_t i = 0; i < train->size(); ++i) {
    const Sample sample = train->get(i);
    EXPECT_EQ(sample.fields.get("class").item<std::int64_t>(), sample.id[0] == 'l');
    EXPECT_EQ(sample.fields.get("image").sizes(), (std::vector<std::int64_t>{3, 150, 200}));
  }
  // The test part stays as it is when a validation part is drawn too.
  settings["validation_share"] = 0;
  EXPECT_EQ(ids_of(*part("test")), ids_of(*test));
  settings["validation_share"] = 0.9;
  EXPECT_THAT(message_of([&] { part("test"); }), HasSubstr("more than all images together"));
  settings["validation_share"] = 0;
  std::filesystem::copy(made_rasters() / "picture.png", folder / "data/loose.png");
  EXPECT_THAT(message_of([&] { part("test"); }), HasSubstr("the image is in no class folder"));
}

TEST(ImageFolder, TakesSoManyOfEachClassAndSaysWhereThereAreFewer) {
  const Folder folder;
  Json settings = save_classes(folder);
  settings["per_class"] = 4;
  EXPECT_EQ(dataset("satellite.image_folder", settings)->size(), 8);
  std::filesystem::remove(folder / "data/lake/0.jpg");
  settings["per_class"] = 10;
  ::testing::internal::CaptureStderr();
  EXPECT_EQ(dataset("satellite.image_folder", settings)->size(), 19);
  EXPECT_THAT(::testing::internal::GetCapturedStderr(),
              HasSubstr("per_class is 10, but the part 'all' has fewer of lake (9)"));
}

TEST(ImageFolder, ProbesLearnFromTheTrainPartAndMeasureTheTestPart) {
  const Folder folder;
  Json settings = save_classes(folder);
  settings["test_share"] = 0.3;
  settings["validation_share"] = 0.2;
  settings["part"] = "test";
  const std::set<std::string> test = ids_of(*dataset("satellite.image_folder", settings));
  settings["part"] = "probe";
  const auto data = dataset("satellite.image_folder", settings);
  ASSERT_EQ(data->size(), 16);
  for (const char* name : {"satellite.knn_accuracy", "satellite.linear_probe"}) {
    const auto probe = create<Metric>(testing::spec(name, Json::object()));
    probe->begin(data->facts());
    for (std::int64_t i = 0; i < data->size(); ++i) {
      const Sample sample = data->get(i);
      EXPECT_EQ(sample.fields.get("reference").item<bool>(), test.count(sample.id) == 0);
      Batch outputs;  // features that tell the classes apart
      const auto label = sample.fields.get("class").item<double>();
      outputs.set("features", at::tensor({label, 0.01 * static_cast<double>(i)}, at::kFloat));
      probe->evaluate(sample.id, outputs, sample.fields);
    }
    const auto values = probe->over_all();
    ASSERT_EQ(values.size(), 6U) << name;
    for (const CaseValue& value : values) {
      EXPECT_EQ(value.value, 1) << name;
      EXPECT_EQ(test.count(value.sample), 1U) << name;
    }
  }
}

TEST(ImageFolder, DrawsBlocksOfGroundThatDoNotTouch) {
  const Folder folder;
  testing::rasters_py("placed '" + (folder / "data").string() + "'");
  Json settings{{"root", (folder / "data").string()}, {"split", "blocks"}, {"test_share", 0.25},
                {"validation_share", 0.25},           {"block", 3},        {"gap", 1}};
  const auto places = [&](const char* part) {
    settings["part"] = part;
    std::vector<int> numbers;
    for (const std::string& id : ids_of(*dataset("satellite.image_folder", settings)))
      numbers.push_back(std::stoi(id.substr(2)));
    return numbers;
  };
  const auto train = places("train"), validation = places("validation"), test = places("test");
  EXPECT_EQ(test.size(), 6U);
  const auto apart = [](const std::vector<int>& a, const std::vector<int>& b) {
    int least = 99;
    for (const int x : a)
      for (const int y : b) least = std::min(least, std::abs(x - y));
    return least;
  };
  EXPECT_GE(apart(train, test), 2);
  EXPECT_GE(apart(train, validation), 2);
  EXPECT_GE(apart(validation, test), 2);
  std::filesystem::copy(made_rasters() / "picture.png", folder / "data/a/x.png");
  EXPECT_THAT(message_of([&] { places("test"); }), HasSubstr("lies in no block of ground"));
}

TEST(ImageFolder, WritesTheClassOfEachFile) {
  const Folder folder;
  const auto trained = dataset("satellite.image_folder", save_classes(folder));
  std::filesystem::create_directories(folder / "new/deep");
  std::filesystem::copy(made_rasters() / "picture.png", folder / "new/deep/a.png");
  std::filesystem::copy(made_rasters() / "picture.jpg", folder / "b.jpg");
  const auto files = trained->for_files({(folder / "new").string(), (folder / "b.jpg").string()});
  ASSERT_EQ(files->size(), 2);
  EXPECT_FALSE(files->get(0).fields.has("class"));
  EXPECT_EQ(files->get(1).fields.get("image").sizes(), (std::vector<std::int64_t>{3, 150, 200}));
  Batch outputs;
  outputs.set("logits", at::tensor({0.0, std::log(3.0)}, at::kFloat));
  EXPECT_TRUE(files->save_prediction(0, outputs, folder.path()).empty());
  const auto written = files->save_prediction(1, outputs, folder.path());
  ASSERT_EQ(written.size(), 2U);
  EXPECT_EQ(read_file(written[0]), "file,label,city,lake\n" + (folder / "new/deep/a.png").string() +
                                       ",lake,0.250000,0.750000\n" + (folder / "b.jpg").string() +
                                       ",lake,0.250000,0.750000\n");
  EXPECT_THAT(read_file(written[1]), HasSubstr("\"label\":\"lake\""));
  EXPECT_THAT(message_of([&] { trained->for_files({(made_rasters() / "plain.tif").string()}); }),
              HasSubstr("the scene has 4 bands, the model was trained on 3"));
  testing::rasters_py("wide '" + (folder / "wide.tif").string() + "'");
  EXPECT_THAT(message_of([&] { trained->for_files({(folder / "wide.tif").string()}); }),
              HasSubstr("the scene holds UInt16 values, the model was trained on Byte"));
}

}  // namespace
}  // namespace warmstart::satellite
