#include "core/export/weights.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/nn.h>
#include <unistd.h>

#include <filesystem>

#include "core/base/error.h"
#include "tests/unit/core/export_models.h"

namespace warmstart::test {
namespace {

using ::testing::HasSubstr;

class Weights : public ::testing::Test {
 protected:
  void SetUp() override {
    char pattern[] = "/tmp/warmstart-weights-XXXXXX";
    folder_ = mkdtemp(pattern);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  Path folder_;
};

TEST_F(Weights, ComeBackBitForBit) {
  ImageNet source, target;
  randomise(source, 1);
  save_weights(source, {{"classes", 5}}, "safetensors", folder_ / "w.safetensors");
  EXPECT_TRUE(verify_weights(source, folder_ / "w.safetensors").holds());
  const ImportedWeights read = read_weights(folder_ / "w.safetensors");
  EXPECT_EQ(read.format, "safetensors");
  EXPECT_EQ(read.metadata["classes"], 5);
  const SurgeryReport report = import_weights(target, read.tensors);
  EXPECT_TRUE(report.missing.empty() && report.unexpected.empty() && report.reshaped.empty());
  for (const auto& [name, tensor] : state_dict(source))
    EXPECT_TRUE(torch::equal(tensor, state_dict(target)[name])) << name;
}

TEST_F(Weights, OfAnotherModelDoNotPassTheCheck) {
  ImageNet one, two;
  randomise(one, 1);
  randomise(two, 2);
  save_weights(one, {}, "safetensors", folder_ / "w.safetensors");
  EXPECT_THROW(verify_weights(two, folder_ / "w.safetensors"), Error);
}

class Shards : public Weights {
 protected:
  void SetUp() override {
    Weights::SetUp();
    randomise(source_, 1);
  }
  /// Half of the tensors in each of two files, and their index.
  Path write(const std::string& type, const std::string& first, const std::string& second,
             const std::string& index) {
    StateDict parts[2];
    Json places = Json::object();
    std::size_t i = 0;
    for (const auto& [name, tensor] : state_dict(source_)) {
      parts[i % 2][name] = tensor;
      places[name] = i++ % 2 == 0 ? first : second;
    }
    write_weights(parts[0], {}, type, folder_ / first);
    write_weights(parts[1], {}, type, folder_ / second);
    return write_index(places, index);
  }
  Path write_index(const Json& places, const std::string& index) {
    write_atomically(folder_ / index,
                     Json{{"metadata", {{"total_size", 1}}}, {"weight_map", places}}.dump());
    return folder_ / index;
  }
  static std::string refused(const Path& index) {
    try {
      read_weights(index);
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  }
  ImageNet source_;
};

TEST_F(Shards, AreReadAsOneFile) {
  for (const auto& [type, end] :
       {std::pair<std::string, std::string>{"safetensors", "safetensors"}, {"pytorch", "bin"}}) {
    const Path index =
        write(type, "m-00001-of-2." + end, "m-00002-of-2." + end, "m." + end + ".index.json");
    const ImportedWeights read = read_weights(index);
    EXPECT_EQ(read.format, type);
    ImageNet target;
    const SurgeryReport report = import_weights(target, read.tensors);
    EXPECT_TRUE(report.missing.empty() && report.unexpected.empty() && report.reshaped.empty());
    for (const auto& [name, tensor] : state_dict(source_))
      EXPECT_TRUE(torch::equal(tensor, state_dict(target)[name])) << name;
  }
}

TEST_F(Shards, OfWhichOneIsMissingOrDoesNotBelongToTheOthersAreRefused) {
  const Path index = write("safetensors", "a.safetensors", "b.safetensors", "m.index.json");
  std::filesystem::rename(folder_ / "b.safetensors", folder_ / "kept");
  EXPECT_THAT(refused(index), HasSubstr("file of weights 'b.safetensors': it is missing"));
  std::filesystem::copy_file(folder_ / "a.safetensors", folder_ / "b.safetensors");
  EXPECT_THAT(refused(index), HasSubstr("the file 'b.safetensors' lacks '"));
  std::filesystem::rename(folder_ / "kept", folder_ / "b.safetensors");
  Json places = Json::parse(read_file(index))["weight_map"];
  const std::string name = places.begin().key(), file = places.begin().value().get<std::string>();
  places.erase(places.begin());
  EXPECT_THAT(refused(write_index(places, "m.index.json")),
              HasSubstr("the file '" + file + "' holds '" + name + "', which the index does not"));
}

TEST_F(Shards, OutsideTheFolderOfTheIndexAreRefused) {
  write("safetensors", "a.safetensors", "b.safetensors", "m.index.json");
  std::filesystem::create_directories(folder_ / "inside");
  std::filesystem::create_symlink(folder_ / "a.safetensors", folder_ / "inside/link.safetensors");
  for (const std::string& file :
       {std::string("../a.safetensors"), (folder_ / "a.safetensors").string(),
        std::string("./a.safetensors"), std::string("link.safetensors"), std::string("")}) {
    const Path index = write_index({{"head.bias", file}}, "inside/m.index.json");
    EXPECT_THAT(refused(index), HasSubstr("file of weights '" + file + "': ")) << file;
  }
  for (const char* text :
       {"", "[]", "{}", R"({"weight_map": {}})", R"({"weight_map": {"a": 1}})"}) {
    write_atomically(folder_ / "bad.index.json", text);
    EXPECT_THAT(refused(folder_ / "bad.index.json"), HasSubstr("index")) << text;
  }
}

TEST_F(Weights, ReportSaysWhatMatchedAndWhatNot) {
  ImageNet model;
  StateDict weights = state_dict(model);
  weights.erase("head.bias");
  weights["head.weight"] = torch::zeros({7, 8});
  weights["teacher.center"] = torch::zeros({3});
  const SurgeryReport report = import_weights(model, weights);
  EXPECT_THAT(report.missing, ::testing::ElementsAre("head.bias"));
  EXPECT_THAT(report.unexpected, ::testing::ElementsAre("teacher.center"));
  ASSERT_EQ(report.reshaped.size(), 1U);
  EXPECT_EQ(report.reshaped[0].have, (std::vector<std::int64_t>{7, 8}));
  EXPECT_EQ(report.reshaped[0].want, (std::vector<std::int64_t>{5, 8}));
  EXPECT_THAT(report.matched, ::testing::Contains("stem.0.weight"));
}

TEST_F(Weights, PrefixesOfTrainingWrappersAreLeftOut) {
  ImageNet model;
  StateDict wrapped;
  for (const auto& [name, tensor] : state_dict(model))
    wrapped["module." + name] = tensor.detach().clone();
  EXPECT_TRUE(import_weights(model, wrapped).missing.empty());
}

TEST_F(Weights, ThatFitNowhereAreAnErrorAndChangeNothing) {
  ImageNet model;
  const at::Tensor before = state_dict(model)["head.weight"].clone();
  EXPECT_THROW(import_weights(model, {{"x", torch::zeros({1})}}), Error);
  EXPECT_TRUE(torch::equal(before, state_dict(model)["head.weight"]));
}

}  // namespace
}  // namespace warmstart::test
