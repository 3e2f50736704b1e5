#include "core/export/model_card.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/run/run_history.h"

namespace warmstart::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Recipe card_recipe() {
  Recipe recipe;
  recipe.id = "medical/organs";
  recipe.title = "Organs | small";
  recipe.model.type = "unet";
  recipe.arms = {{"multistage", {"pretrain", "finetune"}}};
  StageSpec pretrain, finetune;
  pretrain.name = "pretrain";
  pretrain.objective.type = "masked_volume";
  pretrain.data = "train";
  pretrain.steps = 400;
  finetune.name = "finetune";
  finetune.objective.type = "segmentation_loss";
  finetune.from = "previous";
  finetune.epochs = 2.5;
  recipe.stages = {pretrain, finetune};
  return recipe;
}

RunHistory card_run(double dice) {
  RunHistory history;
  history.measures.push_back({{"on", "test"}, {"metrics", {{"dice", dice}, {"hd95", nullptr}}}});
  return history;
}

TEST(ModelCard, ShowsLineageAndTheSpreadOverSeeds) {
  const Json facts =
      card_facts(card_recipe(), "multistage", {{"class_names", {"background", "liver"}}},
                 {{"file", "m.onnx"}, {"format", "onnx"}, {"bytes", 10}, {"crc32", "0badcafe"}},
                 {card_run(0.8), card_run(0.9), card_run(0.85)});
  EXPECT_NEAR(facts["metrics"][0]["mean"].get<double>(), 0.85, 1e-12);
  EXPECT_NEAR(facts["metrics"][0]["sd"].get<double>(), 0.05, 1e-12);
  EXPECT_EQ(facts["metrics"][0]["seeds"], 3);
  const std::string card = model_card(facts);
  EXPECT_THAT(card, HasSubstr("| pretrain | `masked_volume` | train | 400 steps |"));
  EXPECT_THAT(card, HasSubstr("2.5 epochs | previous"));
  EXPECT_THAT(card, HasSubstr("| test | dice | 0.85 | 0.05 | 3 |"));
  EXPECT_THAT(card, HasSubstr("0badcafe"));
  EXPECT_THAT(card, HasSubstr("liver"));
  EXPECT_THAT(card, Not(HasSubstr("hd95")));
}

TEST(ModelCard, NamesTheReadersOfTheFileAndThoseThatWereNotThere) {
  Json facts{{"title", "Organs"}};
  facts["export"] = {{"file", "m.onnx"},
                     {"verification", {{"tolerance", 1e-4}}},
                     {"readers",
                      {{{"reader", "LibTorch"},
                        {"version", "1.13"},
                        {"checked", true},
                        {"largest_absolute", 3e-7}},
                       {{"reader", "ONNX Runtime"},
                        {"version", ""},
                        {"checked", false},
                        {"note", "not installed"}}}}};
  const std::string card = model_card(facts);
  EXPECT_THAT(card, HasSubstr("with LibTorch 1.13: largest difference 3e-07 (tolerance 0.0001)"));
  EXPECT_THAT(card, HasSubstr("not verified with ONNX Runtime: not installed"));
}

TEST(ModelCard, SaysThatOneSeedHasNoSpread) {
  const std::string card = model_card(
      card_facts(card_recipe(), "multistage", Json::object(), Json::object(), {card_run(0.8)}));
  EXPECT_THAT(card, HasSubstr("one seed"));
}

TEST(ModelCard, KeepsMarkupOfTheRecipeOut) {
  Recipe recipe = card_recipe();
  recipe.summary = "<script>alert(1)</script>\n# heading";
  const std::string card =
      model_card(card_facts(recipe, "multistage", Json::object(), Json::object(), {}));
  EXPECT_THAT(card, HasSubstr("Organs \\| small"));
  EXPECT_THAT(card, Not(HasSubstr("<script>")));
  EXPECT_THAT(card, Not(HasSubstr("\n# heading")));
}

}  // namespace
}  // namespace warmstart::test
