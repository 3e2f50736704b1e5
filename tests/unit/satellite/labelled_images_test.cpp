// Images with several labels each: the table, parts, folders of bands, and predictions for files.
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

/// Three pictures, one of them in a folder, and a table of them.
Json save_table(const Folder& folder, const std::string& table) {
  std::filesystem::create_directories(folder / "data/deep");
  for (const char* name : {"a.png", "deep/b.jpg", "c.png"}) {
    const Path file = (folder / "data") / name;
    if (!std::filesystem::exists(file))
      std::filesystem::copy(made_rasters() / ("picture" + file.extension().string()), file);
  }
  write_atomically(folder / "data/labels.csv", table);
  return {{"root", (folder / "data").string()}};
}

std::vector<float> target_of(const Dataset& data, const std::string& id) {
  for (std::int64_t i = 0; i < data.size(); ++i) {
    const Sample sample = data.get(i);
    if (sample.id != id) continue;
    const at::Tensor target = sample.fields.get("target").contiguous();
    return {target.data_ptr<float>(), target.data_ptr<float>() + target.numel()};
  }
  return {};
}

std::set<std::string> names_in(const Dataset& data) {
  std::set<std::string> names;
  for (std::int64_t i = 0; i < data.size(); ++i) names.insert(data.get(i).id);
  return names;
}

std::string refused(const std::string& table, const Json& more = Json::object()) {
  const Folder folder;
  Json settings = save_table(folder, table);
  settings.update(more);
  return message_of([&] { dataset("satellite.labelled_images", settings); });
}

TEST(LabelledImages, ReadsAColumnForEachLabel) {
  const Folder folder;
  // As a spreadsheet writes it: byte order mark, CRLF.
  Json settings =
      save_table(folder,
                 "\xEF\xBB\xBF"
                 "file,forest,city,water\r\na.png,1,0,1\r\ndeep/b.jpg,0,0,0\r\n./c.png,0,1,0\r\n");
  const auto data = dataset("satellite.labelled_images", settings);
  ASSERT_EQ(data->size(), 3);
  EXPECT_EQ(data->facts()["classes"], 3);
  EXPECT_EQ(data->facts()["class_names"], Json({"forest", "city", "water"}));
  EXPECT_EQ(data->facts()["channels"], 3);
  EXPECT_EQ(target_of(*data, "a.png"), (std::vector<float>{1, 0, 1}));
  EXPECT_EQ(target_of(*data, "deep/b.jpg"), (std::vector<float>{0, 0, 0}));
  EXPECT_EQ(target_of(*data, "c.png"), (std::vector<float>{0, 1, 0}));
  EXPECT_EQ(data->get(0).fields.get("image").sizes(), (std::vector<std::int64_t>{3, 150, 200}));
  settings["labels"] = {"water", "forest"};
  const auto two = dataset("satellite.labelled_images", settings);
  EXPECT_EQ(two->facts()["class_names"], Json({"water", "forest"}));
  EXPECT_EQ(target_of(*two, "a.png"), (std::vector<float>{1, 1}));
  EXPECT_EQ(target_of(*two, "c.png"), (std::vector<float>{0, 0}));
}

TEST(LabelledImages, ReadsAColumnOfLists) {
  const Folder folder;
  Json settings = save_table(folder,
                             "patch,country,tags\na.png,AT,\"water; arable land, wet\"\n"
                             "deep/b.jpg,AT,forest|water\nc.png,FI,\n");
  settings["file_column"] = "patch";
  settings["labels_column"] = "tags";
  const auto data = dataset("satellite.labelled_images", settings);
  EXPECT_EQ(data->facts()["class_names"], Json({"arable land, wet", "forest", "water"}));
  EXPECT_EQ(target_of(*data, "a.png"), (std::vector<float>{1, 0, 1}));
  EXPECT_EQ(target_of(*data, "deep/b.jpg"), (std::vector<float>{0, 1, 1}));
  EXPECT_EQ(target_of(*data, "c.png"), (std::vector<float>{0, 0, 0}));
  settings["labels"] = {"water", "forest"};
  EXPECT_THAT(message_of([&] { dataset("satellite.labelled_images", settings); }),
              HasSubstr("'arable land, wet' is none of the labels asked for"));
}

TEST(LabelledImages, TakesPartsFromAColumn) {
  const Folder folder;
  Json settings =
      save_table(folder, "file,part,wet\na.png,train,1\ndeep/b.jpg,val,0\nc.png,train,0\n");
  settings["split_column"] = "part";
  const auto names = [&](const char* part) {
    settings["part"] = part;
    return names_in(*dataset("satellite.labelled_images", settings));
  };
  EXPECT_EQ(names("train"), (std::set<std::string>{"a.png", "c.png"}));
  EXPECT_EQ(names("validation"), (std::set<std::string>{"deep/b.jpg"}));
  EXPECT_EQ(names("all").size(), 3U);
  EXPECT_THAT(message_of([&] { names("test"); }), HasSubstr("no image falls into the part 'test'"));
  settings["part"] = "all";
  EXPECT_EQ(dataset("satellite.labelled_images", settings)->facts()["class_names"],
            Json::array({"wet"}));
  settings["split"] = "blocks";
  EXPECT_THAT(message_of([&] { names("all"); }),
              HasSubstr("split_column and split: blocks both say which part"));
}

TEST(LabelledImages, DrawsPartsThatDoNotMeet) {
  const Folder folder;
  testing::rasters_py("placed '" + (folder / "data").string() + "'");
  std::string table = "file,bright\n";
  for (int n = 0; n < 24; ++n) {
    const std::string number = (n < 10 ? "0" : "") + std::to_string(n);
    table +=
        std::string(n % 2 == 1 ? "b/" : "a/") + number + ".tif," + std::to_string(n % 2) + "\n";
  }
  write_atomically(folder / "data/labels.csv", table);
  Json settings{{"root", (folder / "data").string()},
                {"test_share", 0.25},
                {"validation_share", 0.25},
                {"block", 3},
                {"gap", 1}};
  const auto part = [&](const char* name) {
    settings["part"] = name;
    return names_in(*dataset("satellite.labelled_images", settings));
  };
  std::set<std::string> all = part("test");
  EXPECT_EQ(all.size(), 6U);
  all.merge(part("validation"));
  EXPECT_EQ(all.size(), 12U);
  all.merge(part("train"));
  EXPECT_EQ(all.size(), 24U);
  settings["split"] = "blocks";
  const std::set<std::string> test = part("test"), train = part("train");
  EXPECT_FALSE(test.empty() || train.empty());
  for (const std::string& held_out : test)
    for (const std::string& learned : train)
      EXPECT_GE(std::abs(std::stoi(held_out.substr(2)) - std::stoi(learned.substr(2))), 2);
  const Sample sample = dataset("satellite.labelled_images", settings)->get(0);
  EXPECT_TRUE(sample.fields.has("location") && sample.fields.has("geotransform"));
}

TEST(LabelledImages, ReadsFoldersOfBandsAndWritesTheLabelsOfNewOnes) {
  const Folder folder;
  std::filesystem::create_directories(folder / "data");
  for (const char* name : {"east", "west"})
    std::filesystem::copy(made_rasters() / "scene", (folder / "data") / name);
  write_atomically(folder / "data/labels.csv", "file,labels\neast,city|water\nwest,water\n");
  const auto trained = dataset(
      "satellite.labelled_images",
      {{"root", (folder / "data").string()}, {"labels_column", "labels"}, {"grid", "coarsest"}});
  ASSERT_EQ(trained->size(), 2);
  EXPECT_EQ(trained->get(0).fields.get("image").sizes(), (std::vector<std::int64_t>{4, 75, 100}));
  EXPECT_EQ(target_of(*trained, "west"), (std::vector<float>{0, 1}));
  std::filesystem::copy(made_rasters() / "scene", folder / "new");
  const auto files = trained->for_files({(folder / "new").string()});
  ASSERT_EQ(files->size(), 1);
  EXPECT_FALSE(files->get(0).fields.has("target"));
  Batch outputs;
  outputs.set("logits", at::tensor({-std::log(3.0), std::log(3.0)}, at::kFloat));
  const auto written = files->save_prediction(0, outputs, folder.path());
  ASSERT_EQ(written.size(), 2U);
  EXPECT_EQ(read_file(written[0]),
            "file,label,city,water\n" + (folder / "new").string() + ",water,0.250000,0.750000\n");
}

TEST(LabelledImages, WritesTheLabelsOfEachFile) {
  const Folder folder;
  const auto trained = dataset(
      "satellite.labelled_images",
      save_table(folder, "file,city,lake,wood\na.png,1,0,0\ndeep/b.jpg,0,1,1\nc.png,0,0,0\n"));
  const auto files = trained->for_files({(folder / "data").string()});
  ASSERT_EQ(files->size(), 3);
  Batch outputs;
  outputs.set("logits", at::tensor({std::log(3.0), 0.0, std::log(3.0)}, at::kFloat));
  EXPECT_TRUE(files->save_prediction(0, outputs, folder.path()).empty());
  EXPECT_TRUE(files->save_prediction(1, outputs, folder.path()).empty());
  const std::string text = read_file(files->save_prediction(2, outputs, folder.path()).at(0));
  EXPECT_EQ(text.find("file,label,city,lake,wood\n" + (folder / "data/a.png").string() +
                      ",city;wood,0.750000,0.500000,0.750000\n"),
            0U);
  EXPECT_THAT(message_of([&] { trained->for_files({(made_rasters() / "plain.tif").string()}); }),
              HasSubstr("the scene has 4 bands, the model was trained on 3"));
}

TEST(LabelledImages, FeedsTheMeasuresOfSeveralLabels) {
  const Folder folder;
  const auto data =
      dataset("satellite.labelled_images",
              save_table(folder, "file,city,lake\na.png,1,0\ndeep/b.jpg,0,1\nc.png,1,1\n"));
  const auto precision = create<Metric>(testing::spec("mean_average_precision", Json::object()));
  precision->begin(data->facts());
  for (std::int64_t i = 0; i < data->size(); ++i) {
    const Sample sample = data->get(i);
    Batch outputs;
    // City is ranked perfectly; of lake's two images one stands last: (1 + 2 / 3) / 2.
    outputs.set("logits", sample.id == "a.png"   ? at::tensor({2.0, 0.0}, at::kFloat)
                          : sample.id == "c.png" ? at::tensor({1.0, -1.0}, at::kFloat)
                                                 : at::tensor({0.0, 1.0}, at::kFloat));
    precision->evaluate(sample.id, outputs, sample.fields);
  }
  const auto values = precision->over_all();
  ASSERT_EQ(values.size(), 2U);
  EXPECT_EQ(values[0].part, "city");
  EXPECT_DOUBLE_EQ(values[0].value, 1);
  EXPECT_EQ(values[1].part, "lake");
  EXPECT_DOUBLE_EQ(values[1].value, (1 + 2.0 / 3) / 2);
}

TEST(LabelledImages, NamesWhatIsWrongInTheTable) {
  EXPECT_THAT(refused("file,wet\na.png,1\nx.png,0\ny.png,0\nz.png,0\nw.png,0\n"),
              HasSubstr("4 of the table's 5 images are missing: x.png, y.png, z.png, ..."));
  EXPECT_THAT(refused("file,wet\na.png,1\nx.png,0\n"),
              HasSubstr("1 of the table's 2 images is missing: x.png;"));
  EXPECT_THAT(refused("file,wet\na.png,1\n", {{"split_column", "part"}}),
              HasSubstr("the table has no column 'part'"));
  EXPECT_THAT(refused("name,wet\na.png,1\n"), HasSubstr("its columns are: name, wet"));
  EXPECT_THAT(refused("file,part\na.png,learn\n",
                      {{"split_column", "part"}, {"labels", Json::array({"part"})}}),
              HasSubstr("'learn' in the column 'part' is no part"));
  EXPECT_THAT(refused("file,wet\na.png,0\nc.png,0\n"),
              HasSubstr("no image of the table has a label"));
  EXPECT_THAT(refused("file,tags\na.png,\nc.png,;\n", {{"labels_column", "tags"}}),
              HasSubstr("no image of the table has a label"));
  EXPECT_THAT(refused("file,wet\na.png,1\ndeep/../a.png,0\n"),
              HasSubstr("image deep/../a.png stands in the table twice; "));
  const std::string mark = refused("file,wet,dry\na.png,1,0\nc.png,1,yes\n");
  EXPECT_THAT(mark, HasSubstr("'yes' in the column 'dry' is not 0 or 1"));
  EXPECT_THAT(mark, HasSubstr("labels.csv, line 3"));
  EXPECT_THAT(refused("file\na.png\n"), HasSubstr("the table has no column of labels"));
  EXPECT_THAT(refused("file,wet,wet\na.png,1,1\n"), HasSubstr("the label 'wet' is named twice"));
  EXPECT_THAT(refused("file,wet\n,1\n"), HasSubstr("the row names no image"));
  EXPECT_THAT(refused("file,wet\n"), HasSubstr("the table names no image"));
  EXPECT_THAT(refused("file,w\xE9t\na.png,1\n"), HasSubstr("the table is no UTF-8 text"));
}

}  // namespace
}  // namespace warmstart::satellite
