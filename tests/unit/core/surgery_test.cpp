#include "core/surgery/surgery.h"

#include <gmock/gmock.h>

#include "core/surgery/name_pattern.h"
#include "tests/unit/core/torch_reference.h"

namespace warmstart::testing {
namespace {

using ::testing::Contains;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::StartsWith;

StateDict copy_of(const torch::nn::Module& module) {
  StateDict copy;
  for (const auto& [name, tensor] : state_dict(module)) copy.emplace(name, tensor.detach().clone());
  return copy;
}

std::shared_ptr<Model> small_unet(int classes, std::uint64_t seed) {
  at::manual_seed(seed);
  return make<Model>(
      "unet", "{dims: 2, widths: [4, 6], norm: batch, classes: " + std::to_string(classes) + "}");
}

TEST(Surgery, PatternsMatchWholeNamesAndWhatLiesBelow) {
  EXPECT_TRUE(name_matches("encoder", "encoder.level0.block0.conv1.weight"));
  EXPECT_FALSE(name_matches("encoder", "encoder2.weight"));
  EXPECT_TRUE(name_matches("*.norm?.weight", "encoder.level0.block0.norm2.weight"));
  EXPECT_FALSE(name_matches("*.norm?.weight", "encoder.level0.block0.norm12.weight"));
  EXPECT_TRUE(name_matches("*", "a"));
  EXPECT_TRUE(name_matches("a*b*c", "a.b.b.x.c"));
  EXPECT_FALSE(name_matches("a*b*c", "a.b.b.x.d"));
}

TEST(Surgery, TransferTakesWhatFitsAndReportsTheRest) {
  const auto source = small_unet(2, 1), target = small_unet(3, 2);
  SurgeryReport report;
  make<Surgery>("transfer")->operate(copy_of(*source), *target, report);
  const StateDict before = state_dict(*source), after = state_dict(*target);
  EXPECT_TRUE(at::equal(before.at("encoder.level1.block0.conv1.weight"),
                        after.at("encoder.level1.block0.conv1.weight")));
  EXPECT_THAT(report.matched, Contains("encoder.level0.block0.norm1.running_mean"));
  ASSERT_EQ(report.reshaped.size(), 2u);
  EXPECT_EQ(report.reshaped[1].name, "head.level0.weight");
  EXPECT_EQ(report.reshaped[1].have, (std::vector<std::int64_t>{2, 4, 1, 1}));
  EXPECT_EQ(report.to_json()["reshaped"][1]["want"][0], 3);
}

TEST(Surgery, TransferKeepsToItsPatterns) {
  const auto source = small_unet(2, 1), target = small_unet(2, 2);
  SurgeryReport report;
  make<Surgery>("transfer", "{include: [encoder], exclude: ['*.norm1']}")
      ->operate(copy_of(*source), *target, report);
  EXPECT_THAT(report.matched, Each(StartsWith("encoder.")));
  EXPECT_THAT(report.matched, ::testing::Not(Contains(HasSubstr("norm1"))));
  EXPECT_FALSE(at::equal(state_dict(*source).at("decoder.level0.up.weight"),
                         state_dict(*target).at("decoder.level0.up.weight")));
  EXPECT_TRUE(report.missing.empty());
}

TEST(Surgery, StrictTransferNamesTheFirstTensorThatDoesNotFit) {
  const auto source = small_unet(2, 1), target = small_unet(3, 2);
  SurgeryReport report;
  const auto transfer = [&](const std::string& settings) {
    return error_of(
        [&] { make<Surgery>("transfer", settings)->operate(copy_of(*source), *target, report); });
  };
  EXPECT_THAT(transfer("{strict: true}"), HasSubstr("'head.level0.bias' has another shape"));
  EXPECT_EQ(transfer("{strict: true, exclude: [head]}"), "");
  EXPECT_THAT(transfer("{include: [nothing]}"), HasSubstr("no weight fits this model"));
  StateDict more = copy_of(*target);
  more.emplace("extra.weight", at::zeros({1}));
  EXPECT_THAT(error_of([&] {
                make<Surgery>("transfer", "{strict: true}")->operate(more, *target, report);
              }),
              HasSubstr("'extra.weight' does not exist"));
}

TEST(Surgery, ReplaceHeadDrawsTheHeadAnewAndNothingElse) {
  for (const char* type : {"unet", "vit", "resnet"}) {
    const auto model = make<Model>(type);
    const StateDict before = copy_of(*model);
    SurgeryReport report;
    make<Surgery>("transfer")->operate(before, *model, report);
    make<Surgery>("replace_head")->operate(before, *model, report);
    for (const auto& [name, tensor] : state_dict(*model)) {
      EXPECT_EQ(at::equal(tensor, before.at(name)), !name_matches("head", name))
          << type << " " << name;
    }
    EXPECT_EQ(report.reinitialised.size(), 2u);
    EXPECT_THAT(report.matched, ::testing::Not(Contains(StartsWith("head."))));
  }
}

TEST(Surgery, FreezeStopsGradientsOfChosenParameters) {
  const auto model = small_unet(2, 1);
  SurgeryReport report;
  make<Surgery>("freeze", "{patterns: [encoder]}")->operate({}, *model, report);
  for (const auto& item : model->named_parameters()) {
    EXPECT_EQ(item.value().requires_grad(), !name_matches("encoder", item.key())) << item.key();
  }
  EXPECT_THAT(error_of([&] {
                make<Surgery>("freeze", "{patterns: [encoder0]}")->operate({}, *model, report);
              }),
              HasSubstr("no parameter matches encoder0"));
}

}  // namespace
}  // namespace warmstart::testing
