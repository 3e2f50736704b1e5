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
