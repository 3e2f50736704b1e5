// A dry run of a small recipe: what it says must be what a real run has.
#include "core/train/dry_run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include "core/data/tensor_arrays.h"
#include "core/run/workspace.h"
#include "core/train/session.h"
#include "tests/unit/core/torch_reference.h"

namespace warmstart::testing {
namespace {

using ::testing::HasSubstr;

constexpr const char* kDryRecipe = R"(
warmstart: 1
title: Discs
data:
  train: {dataset: test_discs, count: 8}
  test: {dataset: test_discs, count: 3}
model: {type: unet, dims: 2, in_channels: 1, classes: "${data.classes}", widths: [4, 8]}
arms:
  scratch: [finetune]
  pretrained: [pretrain, finetune]
optimizer: {type: adamw}
schedule: {type: constant}
trainer: {batch_size: 2, checkpoint_every: 20}
stages:
  pretrain: {objective: {type: masked_regression}, data: train, budget: {steps: 50}}
  finetune: {objective: {type: segmentation_loss}, data: train, from: previous, budget: {epochs: 10},
             surgery: [{type: transfer, include: ["encoder.*"]}, {type: freeze, patterns: ["encoder.*"]}], validation: test}
measure:
  - {on: test, metrics: [dice]}
capture:
  - {inspector: segmentation, on: test, every: 15, samples: 2}
seeds: [0, 1]
)";

class DryRunTest : public ::testing::Test {
 protected:
  void SetUp() override {
    char pattern[] = "/tmp/warmstart-dry-XXXXXX";
    root_ = mkdtemp(pattern);
    setenv("TMPDIR", root_.c_str(), 1);
  }
  void TearDown() override {
    unsetenv("TMPDIR");
    std::filesystem::remove_all(root_);
  }
  Json dry(const std::string& arm = "", const std::vector<std::string>& set = {}) {
    RecipeOptions options;
    options.set = set;
    DryRunOptions dry;
    if (!arm.empty()) dry.arms = {arm};
    dry.seeds = 2;
    dry.workspace = root_ / "workspace";
    return dry_run(parse_recipe(kDryRecipe, "discs.yaml", options), dry);
  }
  Path root_;
};

TEST_F(DryRunTest, NamesEveryStageOfEveryArmAndLeavesNothingBehind) {
  const Json report = dry();
  ASSERT_EQ(report["arms"].size(), 2U);
  EXPECT_EQ(report["arms"][0]["arm"], "scratch");
  EXPECT_EQ(report["arms"][0]["stages"].size(), 1U);
  EXPECT_EQ(report["arms"][1]["stages"].size(), 2U);
  EXPECT_EQ(report["arms"][1]["steps"], 50 + 40);
  EXPECT_EQ(report["total"]["steps"], 2 * (40 + 90));
  EXPECT_EQ(report["total"]["runs"], 4);
  EXPECT_TRUE(std::filesystem::is_empty(root_)) << "a dry run must not write anything";
  EXPECT_GT(report["free"]["disk_bytes"].get<double>(), 0);
  EXPECT_GT(report["free"]["memory_bytes"].get<double>(), 0);
}

TEST_F(DryRunTest, CountsParametersAndWhatSurgeryFreezes) {
  const Json report = dry("pretrained");
  const auto model = make<Model>("unet", "{dims: 2, in_channels: 1, classes: 2, widths: [4, 8]}");
  std::int64_t all = 0, encoder = 0;
  for (const auto& item : model->named_parameters()) {
    all += item.value().numel();
    if (item.key().rfind("encoder.", 0) == 0) encoder += item.value().numel();
  }
  const Json& finetune = report["arms"][0]["stages"][1];
  EXPECT_EQ(finetune["parameters"]["model"], all);
  EXPECT_EQ(finetune["parameters"]["trainable"], all - encoder);
  const Json& pretrain = report["arms"][0]["stages"][0];
  EXPECT_GT(pretrain["parameters"]["objective"], 0);
  EXPECT_EQ(pretrain["parameters"]["trainable"], pretrain["parameters"]["total"]);
}

TEST_F(DryRunTest, CountsWorkForOneSampleWhateverTheBatch) {
  const Json two = dry("scratch"), four = dry("scratch", {"trainer.batch_size=4"});
  const Json &a = two["arms"][0]["stages"][0], &b = four["arms"][0]["stages"][0];
  EXPECT_GT(a["macs"], 0);
  EXPECT_EQ(a["macs"], b["macs"]);
  std::int64_t sum = 0;
  for (const Json& layer : a["layers"]) sum += layer["macs"].get<std::int64_t>();
  EXPECT_EQ(a["macs"], sum);
  EXPECT_EQ(b["layers"][0]["output_shape"][0], 4);
}

TEST_F(DryRunTest, TheDiskItNamesIsWhatARunTakes) {
  const Json stage = dry("scratch")["arms"][0]["stages"][0];
  const Recipe recipe = parse_recipe(kDryRecipe, "discs.yaml", {});
  const RunFolder folder = RunFolder::create(root_, "run");
  write_atomically(folder.recipe(), to_yaml(recipe.tree));
  write_atomically(folder.state(), Json{{"arm", "scratch"}, {"seed", 0}}.dump());
  run_session(folder, {});
  const auto checkpoint =
      static_cast<double>(std::filesystem::file_size(folder.checkpoints() / "stage-finetune.ckpt"));
  EXPECT_NEAR(stage["disk"]["checkpoint_bytes"].get<double>() / checkpoint, 1, 0.01);
  double captures = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder.captures())) {
    if (entry.is_regular_file()) captures += static_cast<double>(entry.file_size());
  }
  EXPECT_NEAR(stage["disk"]["capture_bytes"].get<double>() / captures, 1, 0.02);
}

TEST_F(DryRunTest, TimesAreThoseOfTheParts) {
  const Json stage = dry("scratch")["arms"][0]["stages"][0];
  const Json& seconds = stage["seconds"];
  EXPECT_GT(stage["seconds_per_step"], 0);
  EXPECT_NEAR(seconds["training"].get<double>(), 40 * stage["seconds_per_step"].get<double>(),
              1e-9);
  EXPECT_GT(seconds["measuring"], 0);
  EXPECT_GT(seconds["capturing"], 0);
  EXPECT_NEAR(seconds["total"].get<double>(),
              seconds["training"].get<double>() + seconds["measuring"].get<double>() +
                  seconds["capturing"].get<double>(),
              1e-9);
}

TEST_F(DryRunTest, SaysWhatWouldStopTheRun) {
  EXPECT_THAT(error_of([&] { dry("scratchh"); }), HasSubstr("did you mean \"scratch\"?"));
  EXPECT_THAT(error_of([&] { dry("scratch", {"data.train.fail_at=0"}); }),
              HasSubstr("image cannot be read"));
  EXPECT_TRUE(std::filesystem::is_empty(root_));
}

TEST_F(DryRunTest, AStageOfOneStepHasACostToo) {
  const Json report = dry("scratch", {"stages.finetune.budget.epochs=0.25"});
  EXPECT_GT(report["arms"][0]["stages"][0]["seconds_per_step"], 0);
}

}  // namespace
}  // namespace warmstart::testing
