// Tagging: PANNs' networks and published weights against tests/reference/torch_panns.py, made-up
// sound events, the random equaliser.
#include <set>

#include "core/export/pytorch_file.h"
#include "core/export/weights.h"
#include "core/models/evaluation_scope.h"
#include "core/models/model.h"
#include "core/objectives/objective.h"
#include "plugins/audio/io/sound_events.h"
#include "sound_files.h"

namespace warmstart::audio {
namespace {

using testing::dataset;
using testing::Folder;
using ::testing::HasSubstr;
using testing::message_of;
using testing::transformed;
using warmstart::testing::make;
using warmstart::testing::relative_difference;
using warmstart::testing::torch_reference;

class PublishedWeights : public ::testing::TestWithParam<const char*> {};

TEST_P(PublishedWeights, FitByNameAndGiveTheReferencesLogits) {
  const Folder folder;
  const std::string variant = GetParam(), file = (folder / "published.pth").string();
  at::manual_seed(4);
  const at::Tensor x = at::randn({2, 1, 32, 70});
  const auto theirs = torch_reference("torch_panns.py", {{"x", x}},
                                      {{"variant", variant},
                                       {"width", 0.25},
                                       {"mels", 32},
                                       {"classes", 7},
                                       {"seed", 1},
                                       {"file", file}});
  ASSERT_FALSE(theirs.empty());
  const auto model = make<Model>(
      "audio.cnn_audio", "{variant: " + variant + ", mels: 32, classes: 7, width_mult: 0.25}");
  const SurgeryReport report = import_weights(*model, read_weights(file).tensors);
  EXPECT_TRUE(report.missing.empty());
  EXPECT_TRUE(report.reshaped.empty());
  for (const std::string& name : report.unexpected)
    EXPECT_THAT(name, HasSubstr("num_batches_tracked"));
  const EvaluationScope evaluation(*model);
  Batch batch;
  batch.set("image", x);
  const Batch outputs = model->run(batch);
  EXPECT_LT(relative_difference(outputs.get("logits"), theirs.at("logits")), 1e-4);
  EXPECT_LT(relative_difference(outputs.get("features"), theirs.at("embedding")), 1e-4);
}

INSTANTIATE_TEST_SUITE_P(Variants, PublishedWeights, ::testing::Values("cnn6", "cnn10", "cnn14"));

TEST(PublishedWeights, OfOtherClassesAreReportedByName) {
  const auto trained = make<Model>("audio.cnn_audio", "{width_mult: 0.1, classes: 527}");
  const auto model = make<Model>("audio.cnn_audio", "{width_mult: 0.1, classes: 50}");
  const SurgeryReport report = import_weights(*model, state_dict(*trained));
  ASSERT_EQ(report.reshaped.size(), 2U);
  EXPECT_EQ(report.reshaped[0].name, "fc_audioset.bias");
  EXPECT_EQ(report.reshaped[0].have, std::vector<std::int64_t>{527});
}

constexpr const char* kSmallWavegram =
    "{rate: 8000, window: 256, hop: 80, pools: [4, 2, 2], mels: 32, low: 50, high: 4000, classes: "
    "5, "
    "width_mult: 0.25}";

TEST(WavegramLogmelCnn, EqualsTheReferenceFromWaveToClasses) {
  const Folder folder;
  const std::string file = (folder / "published.pth").string();
  at::manual_seed(4);
  const at::Tensor wave = at::randn({2, 8000}) * 0.1;
  const auto theirs = torch_reference("torch_panns.py", {{"x", wave}},
                                      {{"variant", "wavegram"},
                                       {"width", 0.25},
                                       {"mels", 32},
                                       {"classes", 5},
                                       {"seed", 1},
                                       {"file", file},
                                       {"rate", 8000},
                                       {"window", 256},
                                       {"hop", 80},
                                       {"low", 50.0},
                                       {"high", 4000.0},
                                       {"pools", {4, 2, 2}}});
  ASSERT_FALSE(theirs.empty());
  const auto model = make<Model>("audio.wavegram_logmel_cnn", kSmallWavegram);
  const SurgeryReport report = import_weights(*model, read_weights(file).tensors);
  for (const std::string& name : report.missing)  // the front end, which is computed
    EXPECT_THAT(name, HasSubstr("_extractor."));
  EXPECT_EQ(report.missing.size(), 3U);
  const EvaluationScope evaluation(*model);
  EXPECT_LT(relative_difference(model->forward(wave), theirs.at("logits")), 1e-3);
}

TEST(WavegramLogmelCnn, RefusesWhatDoesNotFit) {
  const auto said = [](const std::string& settings) {
    return message_of([&] { make<Model>("audio.wavegram_logmel_cnn", settings); });
  };
  EXPECT_THAT(said("{hop: 160}"), HasSubstr("the wave is shortened 320 times"));
  EXPECT_THAT(said("{mels: 60}"), HasSubstr("128 channels cannot be laid out as 60/2 rows"));
  EXPECT_THAT(said("{rate: 16000}"), HasSubstr("high 14000 > rate/2 = 8000"));
  const auto model = make<Model>("audio.wavegram_logmel_cnn", kSmallWavegram);
  Batch batch;
  batch.set("wave", at::zeros({1, 8000}));
  batch.set("rate", at::tensor({16000}, at::kLong));
  EXPECT_THAT(message_of([&] { model->run(batch); }),
              HasSubstr("the model expects 8000 Hz, the data gives 16000"));
}

TEST(SoundEvents, ReachFullScaleAndDifferFromDrawingToDrawing) {
  for (std::size_t family = 0; family < sound_families().size(); ++family) {
    Random random(family), other(family + 100);
    const auto wave = make_sound_event(family, 0.4, 8000, random);
    const at::Tensor x = at::tensor(wave, at::kFloat);
    ASSERT_EQ(x.size(0), 3200);
    EXPECT_TRUE(at::isfinite(x).all().item<bool>()) << sound_families()[family];
    EXPECT_GT(x.abs().max().item<float>(), 0.5F) << sound_families()[family];
    EXPECT_LE(x.abs().max().item<float>(), 1.0F) << sound_families()[family];
    const at::Tensor y = at::tensor(make_sound_event(family, 0.4, 8000, other), at::kFloat);
    EXPECT_GT((x - y).abs().max().item<float>(), 0.1F) << sound_families()[family];
  }
}

/// Mean frequency of the power, Hz.
double centroid(const at::Tensor& wave, double rate) {
  const at::Tensor power = at::fft_rfft(wave).abs().square();
  const at::Tensor hertz = at::linspace(0, rate / 2, power.size(0));
  return ((power * hertz).sum() / power.sum()).item<double>();
}

TEST(SoundEvents, SoundAsTheirNamesSay) {
  const auto& names = sound_families();
  const auto make = [&](const std::string& name) {
    Random random(1);
    const auto family = std::find(names.begin(), names.end(), name) - names.begin();
    return at::tensor(make_sound_event(static_cast<std::size_t>(family), 0.5, 8000, random));
  };
  const auto halves = [&](const std::string& name) {
    return std::pair(centroid(make(name).narrow(0, 0, 2000), 8000),
                     centroid(make(name).narrow(0, 2000, 2000), 8000));
  };
  EXPECT_LT(halves("chirp_up").first * 1.3, halves("chirp_up").second);
  EXPECT_GT(halves("chirp_down").first, halves("chirp_down").second * 1.3);
  EXPECT_LT(centroid(make("low_noise"), 8000), 900);
  EXPECT_GT(centroid(make("high_noise"), 8000), 1300);
  EXPECT_LT(centroid(make("kick"), 8000), 300);
}

TEST(SynthSoundEvents, NameEveryFamilyThatSounds) {
  const Json settings{{"clips", 200}, {"rate", 8000}, {"seconds", 1}, {"polyphony", 3}};
  const auto data = dataset("audio.synth_sound_events", settings);
  std::set<std::int64_t> counts;
  for (std::int64_t i = 0; i < data->size(); ++i) {
    const Sample sample = data->get(i);
    ASSERT_EQ(sample.fields.get("wave").sizes(), at::IntArrayRef({8000}));
    counts.insert(sample.fields.get("target").sum().item<std::int64_t>());
  }
  EXPECT_THAT(counts, ::testing::ElementsAre(1, 2, 3));
  EXPECT_TRUE(at::equal(data->get(3).fields.get("wave"),
                        dataset("audio.synth_sound_events", settings)->get(3).fields.get("wave")));
  Json test = settings;
  test["split"] = "test";
  EXPECT_FALSE(at::equal(data->get(3).fields.get("wave"),
                         dataset("audio.synth_sound_events", test)->get(3).fields.get("wave")));
  Json many = settings;
  many["polyphony"] = 99;
  EXPECT_THAT(message_of([&] { dataset("audio.synth_sound_events", many); }),
              HasSubstr("polyphony 99 of 15 families"));
}

TEST(ClipBce, IsTheMeanOverClassesAndClips) {
  const auto model = make<Model>("audio.cnn_audio", "{width_mult: 0.1, classes: 3, mels: 16}");
  const EvaluationScope evaluation(*model);
  Batch batch;
  batch.set("image", at::randn({2, 1, 16, 40}));
  batch.set("target", at::tensor({1.0F, 0.0F, 1.0F, 0.0F, 0.0F, 1.0F}).view({2, 3}));
  Context context{*model, 1};
  const double loss =
      make<Objective>("audio.clip_bce")->evaluate(batch, context).total.item<double>();
  const at::Tensor p = model->forward(batch.get("image")).to(at::kDouble).sigmoid();
  const at::Tensor t = batch.get("target").to(at::kDouble);
  EXPECT_NEAR(loss, -(t * p.log() + (1 - t) * (1 - p).log()).mean().item<double>(), 1e-6);
  batch.set("target", at::zeros({2, 4}));
  EXPECT_THAT(message_of([&] { make<Objective>("audio.clip_bce")->evaluate(batch, context); }),
              HasSubstr("the model's logits are 2x3, the targets 2x4"));
}

TEST(RandomEqualiser, MultipliesTheSpectrumByASmoothCurve) {
  Sample impulse{"impulse", {}};
  at::Tensor wave = at::zeros({8000});
  wave[4000] = 1;
  impulse.fields.set("wave", wave);
  impulse.fields.set("rate", at::scalar_tensor(8000, at::kLong));
  const auto curve = [&](std::uint64_t seed) {
    const Sample out =
        transformed("audio.random_equaliser", {{"decibel", 6}, {"bends", 3}}, impulse, seed);
    return at::fft_rfft(out.fields.get("wave")).abs().log10() * 20;
  };
  // The curve is three cosines over the mel scale and nothing else: least squares leaves no rest.
  const at::Tensor hertz = at::linspace(0, 4000, 4001, at::kDouble);
  const at::Tensor mel = (hertz / 700 + 1).log() / std::log(4000.0 / 700 + 1);
  const at::Tensor basis = at::stack(
      {(mel * testing::kPi).cos(), (mel * 2 * testing::kPi).cos(), (mel * 3 * testing::kPi).cos()},
      1);
  const at::Tensor measured = curve(1).to(at::kDouble).unsqueeze(1);
  const at::Tensor heights = at::matmul(at::linalg_pinv(basis), measured);
  EXPECT_LT((measured - at::matmul(basis, heights)).abs().max().item<double>(), 0.01);
  EXPECT_LE(heights.abs().max().item<double>(), 6.001);
  EXPECT_GT(heights.abs().max().item<double>(), 0.1);
  EXPECT_GT((curve(1) - curve(2)).abs().max().item<double>(), 0.5) << "another one each time";
}

}  // namespace
}  // namespace warmstart::audio
