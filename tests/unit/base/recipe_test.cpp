#include "core/recipe/recipe.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "core/recipe/chosen_arms.h"

// Small components of the kinds a recipe names, for this program's tests alone (bad_recipes_test
// uses them too).
namespace warmstart {
namespace {

#define FAKE_KIND(Kind, kind_name)                  \
  struct Kind {                                     \
    static constexpr const char* kKind = kind_name; \
    virtual ~Kind() = default;                      \
  };
FAKE_KIND(FakeDataset, "dataset")
FAKE_KIND(FakeTransform, "transform")
FAKE_KIND(FakeModel, "model")
FAKE_KIND(FakeObjective, "objective")
FAKE_KIND(FakeOptimizer, "optimizer")
FAKE_KIND(FakeSchedule, "schedule")
FAKE_KIND(FakeSurgery, "surgery")
FAKE_KIND(FakeMetric, "metric")
FAKE_KIND(FakeInference, "inference")
FAKE_KIND(FakeInspector, "inspector")

struct FakeEmptyConfig {
  void describe(Fields&) {}
};
template <class Kind>
struct FakeEmpty final : Kind {
  using Config = FakeEmptyConfig;
  explicit FakeEmpty(const Config&) {}
};

struct FakeVolumes final : FakeDataset {
  struct Config {
    std::string root, split = "train";
    std::int64_t limit = 0;
    void describe(Fields& fields) {
      fields.field("root", root, "folder of the volumes").required();
      fields.field("split", split, "part of the data").one_of({"train", "test"});
      fields.field("limit", limit, "largest number of samples; 0 = all").at_least(0);
    }
  };
  explicit FakeVolumes(const Config&) {}
};

struct FakeCrop final : FakeTransform {
  struct Config {
    std::vector<std::int64_t> size{8, 8, 8};
    void describe(Fields& fields) {
      fields.field("size", size, "size of the crop").length(3).at_least(1).unit("voxels");
    }
  };
  explicit FakeCrop(const Config&) {}
};

struct FakeUnet final : FakeModel {
  struct Config {
    std::int64_t classes = 2, width = 16;
    std::string norm = "instance";
    double dropout = 0;
    void describe(Fields& fields) {
      fields.field("classes", classes, "classes with background").at_least(1);
      fields.field("width", width, "channels of the first level").within(1, 1024);
      fields.field("norm", norm, "normalisation").one_of({"instance", "batch"});
      fields.field("dropout", dropout, "share of features dropped").within(0, 1);
    }
  };
  explicit FakeUnet(const Config&) {}
};

struct FakeMasked final : FakeObjective {
  struct Config {
    double ratio = 0.6;
    Value inner;
    void describe(Fields& fields) {
      fields.field("ratio", ratio, "share of cubes hidden").within(0.01, 0.99);
      fields.field("inner", inner, "a second objective").component("objective");
    }
  };
  explicit FakeMasked(const Config&) {}
};

struct FakeSgd final : FakeOptimizer {
  struct Config {
    double learning_rate = 0.01, momentum = 0.9;
    bool nesterov = false;
    void describe(Fields& fields) {
      fields.field("learning_rate", learning_rate, "step size").above(0);
      fields.field("momentum", momentum, "momentum").within(0, 1);
      fields.field("nesterov", nesterov, "Nesterov's form");
    }
  };
  explicit FakeSgd(const Config&) {}
};

struct FakePoly final : FakeSchedule {
  struct Config {
    double power = 0.9;
    std::int64_t warmup = 0;
    void describe(Fields& fields) {
      fields.field("power", power, "exponent").above(0);
      fields.field("warmup", warmup, "steps of warm-up").at_least(0);
    }
  };
  explicit FakePoly(const Config&) {}
};

using FakeText = std::vector<std::string>;
Card fake_card(const char* name, FakeText needs = {}, FakeText yields = {}) {
  return {name, "a fake for tests", std::move(needs), std::move(yields), {}};
}

const Registered<FakeDataset, FakeVolumes> fake_volumes{
    fake_card("volumes", {}, {"image", "label"})};
const Registered<FakeDataset, FakeEmpty<FakeDataset>> fake_images{
    fake_card("images", {}, {"image"})};
const Registered<FakeTransform, FakeCrop> fake_crop{fake_card("crop", {"image"})};
const Registered<FakeTransform, FakeEmpty<FakeTransform>> fake_onehot{
    fake_card("onehot", {"label"}, {"target"})};
const Registered<FakeModel, FakeUnet> fake_unet{fake_card("unet", {"image"}, {"logits"})};
const Registered<FakeModel, FakeEmpty<FakeModel>> fake_vit{fake_card("vit", {"image"}, {"logits"})};
const Registered<FakeObjective, FakeMasked> fake_masked{
    fake_card("masked_volume", {"image"}, {"mask", "reconstruction"})};
const Registered<FakeObjective, FakeEmpty<FakeObjective>> fake_dice_loss{
    fake_card("dice_loss", {"image", "label"}, {"logits"})};
const Registered<FakeOptimizer, FakeSgd> fake_sgd{fake_card("sgd")};
const Registered<FakeOptimizer, FakeEmpty<FakeOptimizer>> fake_adamw{fake_card("adamw")};
const Registered<FakeSchedule, FakePoly> fake_poly{fake_card("poly")};
const Registered<FakeSchedule, FakeEmpty<FakeSchedule>> fake_constant{fake_card("constant")};
const Registered<FakeSurgery, FakeEmpty<FakeSurgery>> fake_transfer{fake_card("transfer")};
const Registered<FakeMetric, FakeEmpty<FakeMetric>> fake_dice{
    fake_card("dice", {"logits", "label"})};
const Registered<FakeMetric, FakeEmpty<FakeMetric>> fake_hd95{
    fake_card("hd95", {"logits", "label"})};
const Registered<FakeMetric, FakeEmpty<FakeMetric>> fake_depth{fake_card("depth_error", {"depth"})};
const Registered<FakeMetric, FakeEmpty<FakeMetric>> fake_plugin_metric{
    fake_card("lab.distance", {"logits", "label"})};
const Registered<FakeInference, FakeEmpty<FakeInference>> fake_whole{fake_card("whole")};
const Registered<FakeInspector, FakeEmpty<FakeInspector>> fake_segmentation{
    fake_card("segmentation", {"logits"})};
const Registered<FakeInspector, FakeEmpty<FakeInspector>> fake_attention{
    fake_card("attention", {"attention"})};

const char* const kRecipe = R"(warmstart: 1
title: Two stages
summary: Costs ${nothing}
seed_paper: 1
estimated_minutes: 3
defaults: {data: /data/x}
data:
  train: {dataset: volumes, root: ${data}/a, transforms: [{type: crop, size: [4, 4, 4]}, crop]}
  test: {dataset: volumes, root: ${data}, split: test}
model: {type: unet, classes: ${data.classes}}
optimizer: {type: sgd, momentum: 0.95}
schedule: poly
trainer: {batch_size: 4, clip: 12}
arms:
  scratch: [finetune]
  multistage: [pretrain, finetune]
stages:
  pretrain:
    objective: {type: masked_volume, ratio: 0.5}
    data: train
    budget: {steps: 400}
    trainer: {batch_size: 8}
  finetune:
    objective: dice_loss
    data: train
    validation: test
    from: previous
    surgery: [transfer]
    budget: {epochs: 2}
    optimizer: {learning_rate: 1e-3}
    schedule: constant
    model: {dropout: 0.1}
measure:
  - {on: test, metrics: [dice, hd95], report: per_class, inference: whole}
capture:
  - {inspector: segmentation, every: 50}
  - {inspector: segmentation, name: late, every: 70}
seeds: [0, 1, 2]
claim: {better: multistage.test.dice, than: scratch.test.dice, by: 0.01, confidence: 0.9}
profiles:
  small: {}
  full:
    model.width: 32
    stages: {pretrain: {budget: {steps: 100000}}}
    stages.pretrain.objective: {type: dice_loss}
    seeds: [0, 1, 2, 3, 4]
page: |
  # Notes

  Text with ${anything}.
)";

Recipe recipe_parse(const std::string& text, const RecipeOptions& options = {}) {
  return parse_recipe(text, "r.yaml", options);
}

std::string recipe_error(const std::string& text, const RecipeOptions& options = {}) {
  try {
    recipe_parse(text, options);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

std::string recipe_setting(const ComponentSpec& spec, const std::string& key) {
  const Value* value = spec.settings.find(key);
  return value == nullptr ? "(none)" : value->text;
}

TEST(Recipe, ReadsEveryPart) {
  const Recipe recipe = recipe_parse(kRecipe);
  EXPECT_EQ(recipe.title, "Two stages");
  EXPECT_EQ(recipe.summary, "Costs ${nothing}");
  EXPECT_EQ(recipe.seed_paper, 1);
  EXPECT_EQ(recipe.estimated_minutes, 3);
  EXPECT_EQ(recipe_setting(recipe.find_data("train")->dataset, "root"), "/data/x/a");
  ASSERT_EQ(recipe.find_data("train")->transforms.size(), 2u);
  EXPECT_EQ(recipe_setting(recipe.model, "classes"), "${data.classes}");
  EXPECT_EQ(recipe_setting(recipe.model, "width"), "16");
  EXPECT_EQ(recipe.arm("multistage"), (std::vector<std::string>{"pretrain", "finetune"}));
  EXPECT_EQ(recipe.seeds, (std::vector<std::int64_t>{0, 1, 2}));
  EXPECT_TRUE(recipe.measure[0].per_class);
  EXPECT_EQ(recipe.measure[0].inference->type, "whole");
  EXPECT_EQ(recipe.capture[0].every, 50);
  EXPECT_EQ(recipe.capture[0].name, "segmentation");
  EXPECT_EQ(recipe.capture[1].name, "late");
  EXPECT_EQ(recipe.claims[0].by, 0.01);
  EXPECT_EQ(recipe.profiles, (std::vector<std::string>{"small", "full"}));
  EXPECT_EQ(recipe.page, "# Notes\n\nText with ${anything}.\n");
}

TEST(Recipe, LaysStageSettingsOverTheDefaults) {
  const Recipe recipe = recipe_parse(kRecipe);
  const StageSpec& pretrain = recipe.stage("pretrain");
  EXPECT_EQ(pretrain.trainer.batch_size, 8);
  EXPECT_EQ(pretrain.trainer.clip, 12);
  EXPECT_EQ(pretrain.from, "scratch");
  EXPECT_EQ(pretrain.steps, 400);
  EXPECT_EQ(recipe_setting(pretrain.objective, "ratio"), "0.5");
  EXPECT_EQ(recipe_setting(pretrain.optimizer, "momentum"), "0.95");
  EXPECT_EQ(recipe_setting(pretrain.optimizer, "learning_rate"), "0.01");
  EXPECT_EQ(pretrain.schedule.type, "poly");
  const StageSpec& finetune = recipe.stage("finetune");
  EXPECT_EQ(recipe_setting(finetune.optimizer, "momentum"), "0.95");
  EXPECT_EQ(recipe_setting(finetune.optimizer, "learning_rate"), "0.001");
  EXPECT_EQ(finetune.schedule.type, "constant");
  EXPECT_EQ(finetune.epochs, 2);
  EXPECT_EQ(finetune.steps, 0);
  EXPECT_EQ(finetune.model.find("dropout")->text, "0.1");
}

TEST(Recipe, ResolvedTextReadsBackTheSame) {
  for (const char* profile : {"small", "full"}) {
    RecipeOptions options;
    options.profile = profile;
    const std::string once = to_yaml(recipe_parse(kRecipe, options).tree);
    RecipeOptions resolved;
    resolved.profile = "";
    const Recipe again = recipe_parse(once, resolved);
    EXPECT_EQ(to_yaml(again.tree), once);
    EXPECT_EQ(again.profile, profile);
    EXPECT_EQ(again.profiles, (std::vector<std::string>{"small", "full"}));
    EXPECT_NE(once.find("momentum: 0.95"), std::string::npos);
    EXPECT_NE(once.find("checkpoint_every: 100"), std::string::npos);
    EXPECT_NE(once.find("root: /data/x/a"), std::string::npos);
  }
}

TEST(Recipe, AppliesAProfilesPathsAndNestedMaps) {
  RecipeOptions options;
  options.profile = "full";
  const Recipe recipe = recipe_parse(kRecipe, options);
  EXPECT_EQ(recipe_setting(recipe.model, "width"), "32");
  EXPECT_EQ(recipe_setting(recipe.model, "classes"), "${data.classes}");
  EXPECT_EQ(recipe.stage("pretrain").steps, 100000);
  EXPECT_EQ(recipe.stage("pretrain").objective.type, "dice_loss");
  EXPECT_EQ(recipe.seeds.size(), 5u);
  EXPECT_EQ(recipe.profile, "full");
}

TEST(Recipe, SetOverridesValuesListsAndShortForms) {
  RecipeOptions options;
  options.set = {"stages.pretrain.budget.steps=7",
                 "seeds.0=9",
                 "schedule.power=2",
                 "model.norm=batch",
                 "trainer.ema=0.99",
                 "seeds.1=4",
                 "stages.finetune.schedule=poly",
                 "measure.0.metrics=[dice]",
                 "data.test.limit=5"};
  const Recipe recipe = recipe_parse(kRecipe, options);
  EXPECT_EQ(recipe.stage("pretrain").steps, 7);
  EXPECT_EQ(recipe.seeds, (std::vector<std::int64_t>{9, 4, 2}));
  EXPECT_EQ(recipe_setting(recipe.stage("pretrain").schedule, "power"), "2.0");
  EXPECT_EQ(recipe.stage("finetune").schedule.type, "poly");
  EXPECT_EQ(recipe_setting(recipe.model, "norm"), "batch");
  EXPECT_EQ(recipe.stage("finetune").trainer.ema, 0.99);
  EXPECT_EQ(recipe.measure[0].metrics.size(), 1u);
}

TEST(Recipe, SetRefusesPathsThatAreNotThere) {
  const auto error = [](const std::string& set) {
    RecipeOptions options;
    options.set = {set};
    return recipe_error(kRecipe, options);
  };
  EXPECT_EQ(
      error("stages.pretrian.budget.steps=3"),
      "r.yaml: stages.pretrian: found \"pretrian\"; allowed: pretrain, finetune; did you mean "
      "\"pretrain\"?");
  EXPECT_EQ(
      error("model.widht=3"),
      "r.yaml: model.widht: found an unknown key; allowed: classes, width, norm, dropout; did you "
      "mean \"width\"?");
  EXPECT_EQ(error("modle.width=3").substr(0, 35), "r.yaml: modle: found an unknown key");
  EXPECT_EQ(error("seeds.3=1"),
            "r.yaml: seeds.3: found the position \"3\"; allowed: 0 to 3 (excluded); seeds is a "
            "list of 3");
  EXPECT_EQ(error("title.x=1"),
            "r.yaml: title.x: found a part of a single value; title has no parts");
  EXPECT_EQ(error("seeds"),
            "r.yaml: --set: found \"seeds\"; allowed: path=value; for example --set seeds.0=3");
  EXPECT_EQ(error("a..b=1"),
            "r.yaml: a..b: found an empty part; allowed: a dotted path such as "
            "stages.NAME.budget.steps");
}

TEST(Recipe, ClaimsNameAPluginsMetricInFull) {
  RecipeOptions options;
  options.set = {"measure.0.metrics=[dice, lab.distance]",
                 "claim.better=scratch.test.lab.distance.left",
                 "claim.than=multistage.test.lab.distance.left"};
  EXPECT_EQ(recipe_parse(kRecipe, options).claims[0].better, "scratch.test.lab.distance.left");
  options.set[1] = "claim.better=scratch.test.distance";
  EXPECT_EQ(recipe_error(kRecipe, options),
            "r.yaml: claim.better (metric): found \"scratch.test.distance\"; allowed: dice, "
            "lab.distance; did you mean \"lab.distance\"?");
}

TEST(Recipe, DataDirReplacesTheDefault) {
  RecipeOptions options;
  options.data_dir = "/elsewhere";
  EXPECT_EQ(recipe_setting(recipe_parse(kRecipe, options).find_data("test")->dataset, "root"),
            "/elsewhere");
}

TEST(Recipe, SmokeShortensEveryStage) {
  RecipeOptions options;
  options.smoke = true;
  const Recipe recipe = recipe_parse(kRecipe, options);
  for (const StageSpec& stage : recipe.stages) {
    EXPECT_EQ(stage.steps, 2);
    EXPECT_EQ(stage.epochs, 0);
    EXPECT_EQ(stage.trainer.checkpoint_every, 1);
  }
  EXPECT_EQ(recipe.seeds.size(), 1u);
  EXPECT_EQ(recipe.capture[0].every, 1);
  const std::string once = to_yaml(recipe.tree);
  EXPECT_EQ(
      to_yaml(recipe_parse(once, {.profile = "", .set = {}, .data_dir = "", .smoke = false}).tree),
      once);
}

TEST(Recipe, TheProfileSmokeGoesWithSmokeAloneOnTopOfTheChosenOne) {
  std::string text = kRecipe;
  text.replace(text.find("  small: {}"), 11, "  smoke: {model.width: 2}");
  const auto width = [&](const std::string& profile, bool smoke) {
    return recipe_setting(
        recipe_parse(text, {.profile = profile, .set = {}, .data_dir = "", .smoke = smoke}).model,
        "width");
  };
  EXPECT_EQ(width("small", false), "16");
  EXPECT_EQ(width("full", false), "32");
  EXPECT_EQ(width("small", true), "2");
  EXPECT_EQ(width("full", true), "2");
}

TEST(Recipe, ChecksTheProfilesThatWereNotAskedForToo) {
  std::string text = kRecipe;
  text.replace(text.find("model.width: 32"), 15, "model.widht: 32");
  EXPECT_EQ(
      recipe_error(text),
      "r.yaml:43:5: model.widht: found an unknown key; allowed: classes, width, norm, dropout; did "
      "you mean \"width\"?");
}

TEST(Recipe, WithoutArmsTheStagesAreOneChain) {
  const Recipe recipe = recipe_parse(
      "warmstart: 1\ntitle: t\ndata: {d: {dataset: images}}\nmodel: unet\noptimizer: "
      "sgd\nschedule: poly\n"
      "stages:\n  a: {objective: masked_volume, data: d, budget: {steps: 1}}\n"
      "  b: {objective: masked_volume, data: d, budget: {steps: 1}, from: previous}\n");
  EXPECT_EQ(recipe.arm("main"), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(recipe.seeds, std::vector<std::int64_t>{0});
}

TEST(Recipe, NamesTheNearestArmAndStage) {
  const Recipe recipe = recipe_parse(kRecipe);
  try {
    recipe.arm("scrach");
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "the recipe has no arm 'scrach'; r; did you mean \"scratch\"?");
  }
  EXPECT_THROW(recipe.stage("x"), Error);
}

TEST(Recipe, ChosenArmsKeepItsOrder) {
  const Recipe recipe = recipe_parse(kRecipe);
  std::vector<std::string> all;
  for (const auto& [arm, stages] : recipe.arms) all.push_back(arm);
  ASSERT_GE(all.size(), 2U);
  EXPECT_EQ(chosen_arms(recipe, {}), all);
  EXPECT_EQ(chosen_arms(recipe, {all[1], all[0], all[1]}),
            (std::vector<std::string>{all[0], all[1]}));
  EXPECT_EQ(chosen_arms(recipe, {all[1]}), std::vector<std::string>{all[1]});
  EXPECT_THROW(chosen_arms(recipe, {all[0], "scrach"}), Error);
}

TEST(Recipe, IsFoundByIdStemOrFile) {
  const std::filesystem::path root =
      std::filesystem::temp_directory_path() / ("warmstart_recipes_" + std::to_string(getpid()));
  std::filesystem::create_directories(root / "recipes/medical");
  std::ofstream(root / "recipes/medical/two_stages.yaml") << kRecipe;
  std::ofstream(root / "recipes/medical/broken.yaml") << "a: [";
  setenv("WARMSTART_RESOURCES", root.c_str(), 1);
  const std::vector<RecipeSummary> list = list_recipes();
  ASSERT_EQ(list.size(), 2u);
  EXPECT_EQ(list[0].title.substr(0, 15), "(not readable: ");
  EXPECT_EQ(list[1].id, "medical/two_stages");
  EXPECT_EQ(list[1].title, "Two stages");
  EXPECT_EQ(list[1].estimated_minutes, 3);
  const auto file = root / "recipes/medical/two_stages.yaml";
  EXPECT_EQ(find_recipe("medical/two_stages"), file);
  EXPECT_EQ(find_recipe("two_stages"), file);
  EXPECT_EQ(find_recipe(file.string()), file);
  EXPECT_EQ(load_recipe(file, {}).id, "medical/two_stages");
  EXPECT_EQ(load_recipe(file, {}).plugin, "medical");
  try {
    find_recipe("medical/two_stage");
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(),
                 "there is no recipe or file of that name; medical/two_stage; did you mean "
                 "\"medical/two_stages\"?");
  }
  unsetenv("WARMSTART_RESOURCES");
  std::filesystem::remove_all(root);
}

}  // namespace
}  // namespace warmstart
