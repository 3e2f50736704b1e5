// Separation: BSS-Eval against mir_eval and the paper's definition, mixtures, the mask network.
#include <ATen/CPUGeneratorImpl.h>

#include <set>

#include "core/metrics/metric.h"
#include "core/models/evaluation_scope.h"
#include "core/models/model.h"
#include "core/objectives/objective.h"
#include "plugins/audio/components/gnsdr.h"
#include "plugins/audio/components/separation_quality.h"
#include "plugins/audio/components/spectra.h"
#include "sound_files.h"

namespace warmstart::audio {
namespace {

using testing::dataset;
using testing::Folder;
using ::testing::HasSubstr;
using testing::message_of;
using testing::save_tone;
using testing::transformed;
using warmstart::testing::make;
using warmstart::testing::torch_reference;

class BssEval : public ::testing::TestWithParam<int> {};

TEST_P(BssEval, EqualsTheReference) {
  const auto generator = at::make_generator<at::CPUGeneratorImpl>(7);
  at::Tensor sources = at::randn({2, 4000}, generator, at::kDouble);
  sources = at::cumsum(sources, 1) * 0.1 + sources;  // coloured, as sounds are
  const at::Tensor estimate =
      sources[0] + 0.3 * sources[1].roll(3) + 0.2 * at::randn({4000}, generator, at::kDouble);
  const auto ours = separation_quality(estimate, sources, 0, GetParam());
  const auto theirs =
      torch_reference("mir_eval_bss.py", {{"estimate", estimate}, {"sources", sources}},
                      {{"filter_length", GetParam()}});
  ASSERT_FALSE(theirs.empty());
  const at::Tensor values = theirs.at("values");
  EXPECT_NEAR(ours.sdr, values[0].item<double>(), 1e-6);
  EXPECT_NEAR(ours.sir, values[1].item<double>(), 1e-6);
  EXPECT_NEAR(ours.sar, values[2].item<double>(), 1e-6);
}

INSTANTIATE_TEST_SUITE_P(Filters, BssEval, ::testing::Values(1, 8, 512));

TEST(SeparationQuality, IsUndefinedForASilentSource) {
  const at::Tensor sources = at::stack({at::zeros({100}), at::ones({100})});
  EXPECT_TRUE(std::isnan(separation_quality(at::ones({100}), sources, 0, 1).sdr));
}

Json mixture_settings(const Path& root) { return {{"root", root.string()}, {"rate", 8000}}; }

TEST(MixturePairs, AddUpToTheWaveAtTheGivenRatio) {
  const Folder folder;
  save_tone(folder / "vocals/ann_1.wav", 400, 8000, 1, 0.1);
  save_tone(folder / "accompaniment/ann_1.wav", 900, 8000, 1, 0.5);
  Json settings = mixture_settings(folder.path());
  settings["snr"] = {6, 6};
  const Sample sample = dataset("audio.mixture_pairs", settings)->get(0);
  const at::Tensor voice = sample.fields.get("voice"), song = sample.fields.get("song");
  EXPECT_TRUE(at::allclose(sample.fields.get("wave"), voice + song));
  EXPECT_NEAR(10 * std::log10((voice.square().mean() / song.square().mean()).item<double>()), 6,
              1e-3);
}

TEST(MixturePairs, ReadStereoFilesLeftSongRightVoice) {
  const Folder folder;
  std::vector<float> both;
  const auto song = testing::tone(900, 8000, 0.5, 0.2), voice = testing::tone(300, 8000, 0.5, 0.3);
  for (std::size_t i = 0; i < song.size(); ++i) both.push_back(song[i]), both.push_back(voice[i]);
  write_wav(folder / "a.wav", both, 2, 8000);
  Json settings = mixture_settings(folder.path());
  settings["voice"] = "", settings["song"] = "";
  const Sample sample = dataset("audio.mixture_pairs", settings)->get(0);
  EXPECT_TRUE(at::allclose(sample.fields.get("voice"), at::tensor(voice), 0, 1e-4));
  EXPECT_TRUE(at::allclose(sample.fields.get("song"), at::tensor(song), 0, 1e-4));
  save_tone(folder / "b.wav");
  EXPECT_THAT(message_of([&] { dataset("audio.mixture_pairs", settings); }),
              HasSubstr("the stereo layout needs 2 channels, b.wav has 1"));
}

TEST(MixturePairs, AreRemixedWithEveryOtherAccompanimentOnce) {
  const Folder folder;
  for (const char* name : {"a", "b", "c"}) {
    save_tone(folder / ("vocals/" + std::string(name) + ".wav"), 400, 8000, 0.5);
    save_tone(folder / ("accompaniment/" + std::string(name) + ".wav"), 900, 8000, 0.5);
  }
  Json settings = mixture_settings(folder.path());
  settings["remix"] = 5;
  const auto pairs = dataset("audio.mixture_pairs", settings);
  std::set<std::string> names;
  for (std::int64_t i = 0; i < pairs->size(); ++i) names.insert(pairs->get(i).id);
  EXPECT_THAT(names, ::testing::ElementsAre("a", "a with b", "a with c", "b", "b with a",
                                            "b with c", "c", "c with a", "c with b"));
}

TEST(MixturePairs, RefuseStemsOfUnequalLength) {
  const Folder folder;
  save_tone(folder / "vocals/a.wav", 400, 8000, 1);
  save_tone(folder / "accompaniment/a.wav", 900, 8000, 0.9);
  EXPECT_THAT(message_of([&] { dataset("audio.mixture_pairs", mixture_settings(folder.path())); }),
              HasSubstr("differ by 800 samples"));
}

Sample tone_mixture() {
  Sample sample{"mix", {}};
  const at::Tensor voice = at::tensor(testing::tone(400, 8000, 1, 0.3), at::kFloat);
  const at::Tensor song = at::tensor(testing::tone(1500, 8000, 1, 0.3), at::kFloat);
  sample.fields.set("wave", voice + song);
  sample.fields.set("voice", voice);
  sample.fields.set("song", song);
  sample.fields.set("rate", at::scalar_tensor(8000, at::kLong));
  return transformed("audio.stft_magnitude", {{"window", 256}, {"fft", 512}, {"hop", 128}}, sample);
}

TEST(StftMagnitude, GivesAToneHalfItsLevel) {
  const Sample sample = tone_mixture();
  EXPECT_EQ(sample.fields.get("image").sizes(), at::IntArrayRef({1, 257, 63}));
  EXPECT_NEAR(sample.fields.get("voice_magnitude").max().item<float>(), 0.15, 0.01);
}

TEST(OracleGnsdr, SeparatesTonesAlmostWhole) {
  const Sample sample = tone_mixture();
  Batch outputs;
  const auto metric = make<Metric>("audio.oracle_gnsdr");
  metric->begin({{"mean_samples", 8000.0}});
  EXPECT_GT(metric->evaluate("mix", outputs, sample.fields)[0].value, 25);
  metric->begin({{"mean_samples", 16000.0}});
  EXPECT_GT(metric->evaluate("mix", outputs, sample.fields)[0].value, 12)
      << "weighted by its length";
  EXPECT_THAT(message_of([&] { metric->begin(Json::object()); }), HasSubstr("length of its clips"));
}

constexpr const char* kSmall =
    "{bins: 257, channels: [2, 2, 2, 2], hidden: [8, 8], frames: 9, dropout: 0}";

TEST(CnnTfMask, HasThePublishedNumberOfParameters) {
  const auto model = make<Model>("audio.cnn_tf_mask");
  std::int64_t count = 0;
  for (const at::Tensor& parameter : model->parameters()) count += parameter.numel();
  EXPECT_EQ(count, 19489049);
}

TEST(CnnTfMask, SlidesOverAClipWithTheCentreFrameOfEachWindow) {
  const auto model = make<Model>("audio.cnn_tf_mask", kSmall);
  const EvaluationScope evaluation(*model);
  const Sample sample = tone_mixture();
  const Batch outputs = model->run(collate({sample}));
  EXPECT_EQ(outputs.get("logits").sizes(), at::IntArrayRef({1, 257, 63}));
  EXPECT_EQ(outputs.get("voice_estimate").sizes(), at::IntArrayRef({1, 8000}));
  const at::Tensor window = sample.fields.get("image").narrow(2, 20, 9).unsqueeze(0).contiguous();
  EXPECT_TRUE(at::allclose(model->forward(window)[0].select(1, 4),
                           outputs.get("logits")[0].select(1, 24), 1e-4, 1e-5));
}

TEST(UnetTfMask, GivesALogitForEveryBinOfClipsOfAnyLength) {
  const auto model = make<Model>("audio.unet_tf_mask", "{bins: 33, widths: [2, 4, 4]}");
  const EvaluationScope evaluation(*model);
  const at::Tensor x = at::rand({2, 1, 33, 13});
  EXPECT_EQ(model->forward(x).sizes(), at::IntArrayRef({2, 33, 13}));
  EXPECT_EQ(model->forward(at::rand({1, 1, 33, 16})).sizes(), at::IntArrayRef({1, 33, 16}));
  EXPECT_TRUE(at::allclose(model->forward(x * 50), model->forward(x), 1e-3, 1e-4))
      << "the level of a clip says nothing";
  Batch batch;
  batch.set("image", at::rand({1, 1, 32, 8}));
  EXPECT_THAT(message_of([&] { model->run(batch); }),
              HasSubstr("the model expects 33 bins, the data gives 32"));
}

TEST(MaskModels, GiveSoundsThatAddUpToTheMixtureWithoutThreshold) {
  for (const auto& [type, settings] :
       {std::pair<std::string, std::string>{"audio.cnn_tf_mask",
                                            "channels: [2, 2, 2, 2], hidden: [8, 8]"},
        {"audio.unet_tf_mask", "widths: [2, 4]"}}) {
    SCOPED_TRACE(type);
    const auto model = make<Model>(type, "{bins: 257, threshold: 0, " + settings + "}");
    const EvaluationScope evaluation(*model);
    const Batch batch = collate({tone_mixture()});
    const Batch outputs = model->run(batch);
    EXPECT_TRUE(at::allclose(outputs.get("voice_estimate") + outputs.get("song_estimate"),
                             batch.get("wave"), 1e-3, 1e-4));
  }
}

TEST(SeparatedSounds, AreWrittenAsWav) {
  const Folder folder;
  save_tone(folder / "vocals/a.wav", 400, 8000, 0.5);
  save_tone(folder / "accompaniment/a.wav", 900, 8000, 0.5);
  const Path mixture = save_tone(folder / "new.wav", 500, 8000, 0.75);
  const auto files = dataset("audio.mixture_pairs", mixture_settings(folder.path()))
                         ->for_files({mixture.string()});
  EXPECT_EQ(files->get(0).fields.get("wave").size(0), 6000);
  Batch outputs;
  outputs.set("voice_estimate", at::full({6000}, 0.25));
  outputs.set("song_estimate", at::full({6000}, -0.5));
  std::filesystem::create_directories(folder / "out");
  const auto written = files->save_prediction(0, outputs, folder / "out");
  ASSERT_EQ(written.size(), 2U);
  EXPECT_EQ(written[0].filename(), "new_voice.wav");
  SoundFile song(written[1]);
  EXPECT_NEAR(song.read(10)[3], -0.5, 1e-3);
}

TEST(SeparatedSounds, OfEquallyNamedFilesDoNotOverwriteEachOther) {
  const Folder folder;
  save_tone(folder / "vocals/a.wav", 400, 8000, 0.5);
  save_tone(folder / "accompaniment/a.wav", 900, 8000, 0.5);
  const std::vector<std::string> inputs{save_tone(folder / "monday/x.wav").string(),
                                        save_tone(folder / "tuesday/x.wav").string()};
  const auto files =
      dataset("audio.mixture_pairs", mixture_settings(folder.path()))->for_files(inputs);
  EXPECT_EQ(files->get(0).id, "x");
  EXPECT_EQ(files->get(1).id, "x_2");
}

at::Tensor cross_entropy(const at::Tensor& logits, const at::Tensor& target) {
  const at::Tensor p = logits.to(at::kDouble).sigmoid(), t = target.to(at::kDouble);
  return -(t * p.log() + (1 - t) * (1 - p).log()).mean();
}

TEST(SeparationObjectives, AreTheMeanCrossEntropyOfEveryBin) {
  const auto model = make<Model>("audio.cnn_tf_mask", kSmall);
  const EvaluationScope evaluation(*model);
  const Sample masked = transformed("audio.ideal_binary_mask", Json::object(), tone_mixture());
  const Batch batch = collate({transformed("audio.context_windows", Json::object(), masked)});
  Context context{*model, 1};
  const at::Tensor mask = batch.get("mask"), image = batch.get("image");
  const double bce =
      make<Objective>("audio.soft_target_bce")->evaluate(batch, context).total.item<double>();
  EXPECT_NEAR(bce, cross_entropy(model->forward(image), mask).item<double>(), 1e-5);
  const double autoencoder = make<Objective>("audio.spectrogram_autoencoder", "{compression: 0.5}")
                                 ->evaluate(batch, context)
                                 .total.item<double>();
  const at::Tensor voice = image * mask.gt(0.5).unsqueeze(1);
  EXPECT_NEAR(autoencoder,
              cross_entropy(model->forward(voice), voice.select(1, 0).sqrt()).item<double>(), 1e-5);
}

}  // namespace
}  // namespace warmstart::audio
