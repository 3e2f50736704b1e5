// Whole runs in miniature: stages, measures, resume, NaN.
#include "core/train/session.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include "core/data/tensor_arrays.h"
#include "core/run/run_history.h"
#include "core/train/checkpoint.h"
#include "tests/unit/core/discs_dataset.h"
#include "tests/unit/core/torch_reference.h"

namespace warmstart::testing {
namespace {

const Registered<Dataset, Discs> discs_component{{.name = "test_discs",
                                                  .summary = "noisy discs",
                                                  .needs = {},
                                                  .yields = {"image", "label", "spacing"},
                                                  .papers = {}}};
const Registered<Transform, Jitter> jitter_component{{.name = "test_jitter",
                                                      .summary = "adds a number",
                                                      .needs = {"image"},
                                                      .yields = {},
                                                      .papers = {}}};

/// What the tests change in the recipe.
struct Variation {
  std::string nan_at = "-1";
  std::string trainer = "{ema: 0.9}";
  std::string validation = "\"\"";
  std::string from = "previous";
};

constexpr const char* kSessionRecipe = R"(
warmstart: 1
title: Discs
data:
  train: {dataset: test_discs, count: 8, nan_at: NAN_AT, transforms: [{type: test_jitter, sigma: 0.1}]}
  test: {dataset: test_discs, count: 3}
model: {type: unet, dims: 2, in_channels: 1, classes: "${data.classes}", widths: [4, 8]}
arms:
  scratch: [finetune]
  pretrained: [pretrain, finetune]
  detour: [pretrain, again, finetune]
optimizer: {type: adamw, learning_rate: 0.01}
schedule: {type: constant}
trainer: {batch_size: 2, checkpoint_every: 3, statistics_every: 4, workers: 2}
stages:
  pretrain: {objective: {type: segmentation_loss}, data: train, budget: {steps: 6}}
  again: {objective: {type: segmentation_loss}, data: train, from: previous, budget: {steps: 4}}
  finetune: {objective: {type: segmentation_loss}, data: train, from: FROM, budget: {steps: 7}, validation: VALIDATION, trainer: TRAINER}
measure:
  - {on: test, metrics: [dice], report: per_class}
capture:
  - {inspector: segmentation, on: test, every: 5, samples: 2}
  - {inspector: segmentation, name: closer, on: test, every: 5, samples: 3}
)";

class SessionTest : public ::testing::Test {
 protected:
  void SetUp() override {
    char pattern[] = "/tmp/warmstart-session-XXXXXX";
    root_ = mkdtemp(pattern);
  }
  void TearDown() override { std::filesystem::remove_all(root_); }

  RunFolder make_run(const std::string& name, const std::string& arm,
                     const Variation& variation = {}) {
    std::string text = kSessionRecipe;
    const std::pair<const char*, const std::string*> parts[] = {
        {"NAN_AT", &variation.nan_at},
        {"FROM", &variation.from},
        {"TRAINER", &variation.trainer},
        {"VALIDATION", &variation.validation}};
    for (const auto& [mark, value] : parts) {
      text.replace(text.find(mark), std::string(mark).size(), *value);
    }
    const Recipe recipe = parse_recipe(text, "discs.yaml", {});
    const RunFolder folder = RunFolder::create(root_, name);
    write_atomically(folder.recipe(), to_yaml(recipe.tree));
    write_atomically(folder.state(),
                     Json{{"run", name}, {"recipe", "discs"}, {"arm", arm}, {"seed", 3}}.dump());
    return folder;
  }

  static std::vector<double> losses(const RunFolder& folder) {
    const RunHistory history = read_history(folder);
    const Numbers& values = history.scalars.at("loss").value;
    return {values.begin(), values.end()};
  }

  Path root_;
};

NamedTensors final_weights(const RunFolder& folder) {
  return load_checkpoint(folder.checkpoints() / "stage-finetune.ckpt").tensors;
}

TEST_F(SessionTest, RunsTheStagesOfAnArmAndMeasures) {
  const RunFolder folder = make_run("a", "pretrained");
  EXPECT_EQ(run_session(folder, {}), SessionOutcome::kDone);
  const RunHistory history = read_history(folder);
  EXPECT_EQ(history.state, "done");
  EXPECT_EQ(history.step, 13);
  EXPECT_EQ(history.stages.size(), 2U);
  ASSERT_EQ(history.measures.size(), 1U);
  EXPECT_GT(history.measures[0].at("metrics").at("dice").get<double>(), 0.0);
  EXPECT_EQ(history.measures[0].at("cases").size(), 3U);
  EXPECT_FALSE(history.captures.empty());
  EXPECT_LT(losses(folder).back(), losses(folder).front());
}

TEST_F(SessionTest, TwoCapturesOfOneInspectorAreTwoFiles) {
  const RunFolder folder = make_run("a", "scratch");
  run_session(folder, {});
  std::map<std::string, std::int64_t> samples;
  for (const Json& event : read_history(folder).captures) {
    EXPECT_EQ(event["inspector"], "segmentation");
    const TensorFile file = TensorFile::open(folder.root / event["file"].get<std::string>(), true);
    EXPECT_EQ(Json::parse(file.metadata().at("capture"))["inspector"], "segmentation");
    samples[event["name"].get<std::string>()] = file.find("image")->shape[0];
  }
  EXPECT_EQ(samples, (std::map<std::string, std::int64_t>{{"segmentation", 2}, {"closer", 3}}));
}

TEST_F(SessionTest, AStageMayTakeTheWeightsOfTheFirstOne) {
  Variation still;
  still.from = "first, optimizer: {type: adamw, learning_rate: 1.0e-12, weight_decay: 0}";
  still.trainer = "{ema: 0}";
  const RunFolder folder = make_run("a", "detour", still);
  run_session(folder, {});
  const auto weights = [&](const std::string& stage) {
    std::map<std::string, at::Tensor> named;
    for (const auto& [name, tensor] :
         load_checkpoint(folder.checkpoints() / ("stage-" + stage + ".ckpt")).part("model"))
      named.emplace(name, tensor);
    return named;
  };
  const auto first = weights("pretrain"), between = weights("again"), last = weights("finetune");
  bool moved = false;
  for (const auto& [name, tensor] : last) {
    if (!name.ends_with("weight")) continue;
    EXPECT_TRUE(at::allclose(tensor, first.at(name), 1e-5, 1e-8)) << name;
    moved = moved || !at::allclose(tensor, between.at(name), 1e-3, 1e-4);
  }
  EXPECT_TRUE(moved);
}

TEST_F(SessionTest, AStageFromScratchMayFreezeWhatItStartsWith) {
  Variation frozen;
  frozen.from = "scratch, surgery: [{type: freeze, patterns: [encoder]}]";
  const RunFolder quick = make_run("quick", "scratch", frozen);
  frozen.trainer = "{clip: 0.001}";
  const RunFolder slow = make_run("slow", "scratch", frozen);
  EXPECT_EQ(run_session(quick, {}), SessionOutcome::kDone);
  EXPECT_EQ(run_session(slow, {}), SessionOutcome::kDone);
  int same = 0, others = 0;
  const NamedTensors slow_weights = final_weights(slow);
  for (const auto& [name, weight] : final_weights(quick)) {
    if (!name.starts_with("model.") || !name.ends_with(".weight")) continue;
    const auto other = std::find_if(slow_weights.begin(), slow_weights.end(),
                                    [&](const auto& one) { return one.first == name; });
    ASSERT_NE(other, slow_weights.end()) << name;
    const bool frozen_one = name.find("encoder") != std::string::npos;
    EXPECT_EQ(weight.equal(other->second), frozen_one) << name;
    ++(frozen_one ? same : others);
  }
  EXPECT_GT(same, 0);
  EXPECT_GT(others, 0);
}

TEST_F(SessionTest, TheSameSeedGivesTheSameBits) {
  const RunFolder a = make_run("a", "pretrained"), b = make_run("b", "pretrained");
  run_session(a, {});
  run_session(b, {});
  EXPECT_EQ(losses(a), losses(b));
}

TEST_F(SessionTest, AResumedRunEqualsAnUninterruptedOneAtEveryCut) {
  const RunFolder whole = make_run("whole", "pretrained");
  run_session(whole, {});
  const NamedTensors expected = final_weights(whole);
  for (const int cut : {1, 3, 5, 6, 7, 9, 12}) {
    const RunFolder folder = make_run("cut" + std::to_string(cut), "pretrained");
    SessionOptions stopping;
    stopping.listener = [&](const Json& event) {
      if (event.value("event", "") == "step" && event.value("global_step", 0) == cut) {
        send_control(folder, {{"command", "stop"}});
      }
    };
    ASSERT_EQ(run_session(folder, stopping), SessionOutcome::kInterrupted);
    ASSERT_EQ(run_session(folder, {}), SessionOutcome::kDone);
    EXPECT_EQ(losses(folder), losses(whole)) << "cut at " << cut;
    const NamedTensors got = final_weights(folder);
    ASSERT_EQ(got.size(), expected.size());
    for (std::size_t i = 0; i < got.size(); ++i) {
      EXPECT_TRUE(got[i].second.equal(expected[i].second)) << got[i].first << " cut at " << cut;
    }
  }
}

TEST_F(SessionTest, ADamagedNewestCheckpointFallsBackToTheOneBefore) {
  const RunFolder folder = make_run("damaged", "scratch");
  SessionOptions stopping;
  stopping.listener = [&](const Json& event) {
    if (event.value("event", "") == "step" && event.value("global_step", 0) == 5) {
      send_control(folder, {{"command", "stop"}});
    }
  };
  run_session(folder, stopping);
  const Path newest = folder.checkpoints() / "step-5.ckpt";
  std::string bytes = read_file(newest);
  bytes[bytes.size() / 2] ^= 0x10;
  write_atomically(newest, bytes);
  EXPECT_EQ(run_session(folder, {}), SessionOutcome::kDone);
  const RunHistory history = read_history(folder);
  ASSERT_FALSE(history.warnings.empty());
  EXPECT_NE(history.warnings[0].at("text").get<std::string>().find("damaged checkpoint skipped"),
            std::string::npos);
  const RunFolder whole = make_run("whole", "scratch");
  run_session(whole, {});
  EXPECT_EQ(losses(folder), losses(whole));
}

TEST_F(SessionTest, ALossThatIsNotFiniteStopsTheRunAndKeepsTheBatch) {
  const RunFolder folder = make_run("nan", "scratch", {.nan_at = "2"});
  try {
    run_session(folder, {});
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("loss is nan at stage 'finetune', step "),
              std::string::npos);
  }
  EXPECT_EQ(read_history(folder).state, "failed");
  const TensorFile batch = TensorFile::open(folder.root / "nan-batch.safetensors", true);
  EXPECT_NE(batch.find("image"), nullptr);
}

TEST_F(SessionTest, ALossThatIsNotFiniteIsSkippedWhereTheRecipeSaysSo) {
  const RunFolder folder =
      make_run("skip", "scratch", {.nan_at = "2", .trainer = "{on_nan: skip}"});
  EXPECT_EQ(run_session(folder, {}), SessionOutcome::kDone);
  EXPECT_FALSE(read_history(folder).warnings.empty());
}

TEST_F(SessionTest, ValidationKeepsTheBestAndEndsAStageThatNoLongerImproves) {
  const RunFolder folder = make_run(
      "early", "scratch", {.trainer = "{validate_every: 1, early_stop: 2}", .validation = "test"});
  run_session(folder, {});
  const RunHistory history = read_history(folder);
  ASSERT_FALSE(history.validations.empty());
  double best = -1;
  std::size_t stale = 0;
  for (const Json& validation : history.validations) {
    const double dice = validation.at("metrics").at("dice").get<double>();
    stale = dice > best ? 0 : stale + 1;
    best = std::max(best, dice);
    EXPECT_LE(stale, 2U);
  }
  EXPECT_TRUE(stale == 2 || history.validations.size() == 7U);
  const Checkpoint kept = load_checkpoint(folder.checkpoints() / "best.ckpt");
  EXPECT_DOUBLE_EQ(kept.best, best);
}

TEST_F(SessionTest, MixedPrecisionTrainsCloseToSinglePrecision) {
  const RunFolder mixed = make_run("mixed", "scratch", {.trainer = "{precision: bfloat16}"});
  const RunFolder single = make_run("single", "scratch", {.trainer = "{precision: float32}"});
  run_session(mixed, {});
  run_session(single, {});
  EXPECT_NEAR(losses(mixed).front(), losses(single).front(), 0.02);
  EXPECT_NE(losses(mixed).front(), losses(single).front());
  EXPECT_LT(losses(mixed).back(), losses(mixed).front());
}

TEST_F(SessionTest, AccumulatedBatchesAndClippingAreApplied) {
  const RunFolder folder =
      make_run("accumulate", "scratch", {.trainer = "{accumulate: 3, clip: 0.001}"});
  run_session(folder, {});
  const RunHistory history = read_history(folder);
  EXPECT_GT(history.scalars.at("gradient_norm").value.front(), 0.001);
  EXPECT_EQ(history.scalars.at("loss").value.size(), 7U);
}

TEST_F(SessionTest, AFinishedRunThatIsExtendedGoesOnInItsLastStage) {
  const RunFolder folder = make_run("extended", "pretrained");
  ASSERT_EQ(run_session(folder, {}), SessionOutcome::kDone);
  Json state = Json::parse(read_file(folder.state()));
  state["extra_steps"] = 4;
  write_atomically(folder.state(), state.dump());
  ASSERT_EQ(run_session(folder, {}), SessionOutcome::kDone);
  const RunHistory history = read_history(folder);
  EXPECT_EQ(history.step, 17);
  EXPECT_EQ(history.scalars.at("loss").value.size(), 17U);
  EXPECT_EQ(history.measures.size(), 2U);
}

TEST_F(SessionTest, TheWeightsOfEveryKeptCheckpointAreLoaded) {
  const RunFolder folder = make_run("kept", "pretrained", {.validation = "test"});
  ASSERT_EQ(run_session(folder, {}), SessionOutcome::kDone);
  const auto check = [&](const RunFolder& run, const std::string& which, const std::string& file,
                         const std::string& part) {
    const TrainedModel trained = load_trained_model(run, at::kCPU, which);
    const Checkpoint saved = load_checkpoint(run.checkpoints() / file);
    EXPECT_EQ(trained.global_step, saved.global_step) << which;
    EXPECT_EQ(trained.stage->name, saved.stage) << which;
    EXPECT_EQ(trained.last, file == "stage-finetune.ckpt") << which;
    const auto weights = trained.model->named_parameters();
    const NamedTensors expected = saved.part(part);
    ASSERT_FALSE(expected.empty()) << which;
    for (const auto& [name, tensor] : expected) {
      if (const at::Tensor* own = weights.find(name)) {
        EXPECT_TRUE(own->equal(tensor)) << which << " " << name;
      }
    }
  };
  check(folder, "last", "stage-finetune.ckpt", "average");
  check(folder, "finetune", "stage-finetune.ckpt", "average");
  check(folder, "best", "best.ckpt", "average");
  check(folder, "pretrain", "stage-pretrain.ckpt", "model");
  try {
    load_trained_model(folder, at::kCPU, "13");
    FAIL() << "there is no such checkpoint";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("the run has no checkpoint \"13\""),
              std::string::npos);
    EXPECT_EQ(error.hint(), "it has best, last, pretrain");
  }
  // A run that was stopped has those of its steps.
  const RunFolder stopped = make_run("stopped", "pretrained");
  SessionOptions stopping;
  stopping.listener = [&](const Json& event) {
    if (event.value("event", "") == "step" && event.value("global_step", 0) == 10)
      send_control(stopped, {{"command", "stop"}});
  };
  ASSERT_EQ(run_session(stopped, stopping), SessionOutcome::kInterrupted);
  check(stopped, "9", "step-9.ckpt", "average");
  EXPECT_THROW(load_trained_model(stopped, at::kCPU), Error);
}

std::vector<Json> events_of(const RunFolder& folder, const std::string& kind) {
  std::vector<Json> found;
  for (const Json& event : EventReader(folder.events()).poll()) {
    if (event.value("event", "") == kind) found.push_back(event);
  }
  return found;
}

TEST_F(SessionTest, AStartSaysAtWhichStepItBegins) {
  const RunFolder folder = make_run("start", "pretrained");
  SessionOptions stopping;
  stopping.listener = [&](const Json& event) {
    if (event.value("event", "") == "step" && event.value("global_step", 0) == 7)
      send_control(folder, {{"command", "stop"}});
  };
  ASSERT_EQ(run_session(folder, stopping), SessionOutcome::kInterrupted);
  // Without its step checkpoints the run begins its second stage anew.
  for (const auto& entry : std::filesystem::directory_iterator(folder.checkpoints())) {
    if (entry.path().filename().string().rfind("step-", 0) == 0)
      std::filesystem::remove(entry.path());
  }
  ASSERT_EQ(run_session(folder, {}), SessionOutcome::kDone);
  const std::vector<Json> starts = events_of(folder, "start");
  ASSERT_EQ(starts.size(), 2U);
  EXPECT_EQ(starts[0].at("global_step"), 0);
  EXPECT_EQ(starts[1].at("global_step"), 6);
  EXPECT_EQ(losses(folder).size(), 13U);
}

TEST_F(SessionTest, AStageTakesWeightsFromAPyTorchFile) {
  const RunFolder source = make_run("source", "scratch");
  run_session(source, {});
  NamedTensors weights;
  for (const auto& [name, tensor] :
       load_checkpoint(source.checkpoints() / "stage-finetune.ckpt").part("model"))
    weights.emplace_back(name, tensor);
  const Path file = root_ / "weights.pt";
  torch_reference("save_pytorch.py", weights, {{"file", file.string()}});
  const RunFolder folder = make_run("taker", "scratch", {.from = file.string()});
  ASSERT_EQ(run_session(folder, {}), SessionOutcome::kDone);
  const std::vector<Json> surgeries = events_of(folder, "surgery");
  ASSERT_EQ(surgeries.size(), 1U);
  EXPECT_EQ(surgeries[0].at("report").at("matched").size(), weights.size());
  EXPECT_LT(losses(folder).front(), losses(source).front());
}

}  // namespace
}  // namespace warmstart::testing
