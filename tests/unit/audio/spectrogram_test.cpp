// The inspector of sounds: what it files of a separator and of a tagger.
#include "core/inspect/inspector.h"
#include "core/models/evaluation_scope.h"
#include "core/models/model.h"
#include "core/objectives/objective.h"
#include "plugins/audio/components/spectra.h"
#include "sound_files.h"

namespace warmstart::audio {
namespace {

using ::testing::HasSubstr;
using testing::message_of;
using testing::transformed;
using warmstart::testing::make;

Sample sounding(std::int64_t samples) {
  Sample sample{"clip", {}};
  std::vector<float> wave = testing::tone(400, 8000, 2, 0.3);
  wave.resize(static_cast<std::size_t>(samples));
  sample.fields.set("wave", at::tensor(wave, at::kFloat));
  sample.fields.set("rate", at::scalar_tensor(8000, at::kLong));
  return sample;
}

Sample sounding_mixture() {
  Sample sample = sounding(6000);
  sample.fields.set("voice", sample.fields.get("wave"));
  sample.fields.set("song", at::zeros({6000}));
  return transformed("audio.stft_magnitude", {{"window", 256}, {"fft", 512}, {"hop", 128}}, sample);
}

Sample labelled_mel() {
  Sample sample = sounding(8000);
  sample.fields.set("target", at::tensor({0.0F, 1.0F, 0.0F}));
  return transformed("audio.log_mel", {{"rate", 8000}, {"window", 256}, {"hop", 80}, {"mels", 40}},
                     sample);
}

std::shared_ptr<Inspector> inspector(const Json& settings = Json::object()) {
  return create<Inspector>(testing::spec("audio.spectrogram", settings));
}

Capture captured(Model& model, const Sample& sample, const Json& settings = Json::object()) {
  const EvaluationScope evaluation(model);
  const auto objective = make<Objective>("cross_entropy");
  Context context{model, 1, 0, 1, false};
  return inspector(settings)->capture(collate({sample}), {"clip"}, *objective, context);
}

at::Tensor tensor_of(const Capture& capture, const std::string& name) {
  for (const auto& [found, tensor] : capture.tensors) {
    if (found == name) return tensor;
  }
  return {};
}

constexpr const char* kSmallMask = "{bins: 257, channels: [2, 2, 2, 2], hidden: [8, 8]}";
constexpr const char* kSmallTagger = "{variant: cnn6, mels: 40, classes: 3, width_mult: 0.05}";

TEST(SpectrogramInspector, FilesMixtureStemsEstimatesAndMasks) {
  const auto model = make<Model>("audio.cnn_tf_mask", kSmallMask);
  const Sample mixture = sounding_mixture();
  const Capture capture = captured(*model, mixture);
  EXPECT_EQ(capture.header["kind"], "spectrogram");
  EXPECT_EQ(capture.header["rate"], 8000);
  EXPECT_EQ(capture.header["window"], 256);
  EXPECT_EQ(capture.header["fft"], 512);
  EXPECT_EQ(capture.header["hop"], 128);
  for (const char* name : {"wave", "voice", "song", "voice_estimate", "song_estimate"})
    EXPECT_EQ(tensor_of(capture, name).sizes(), at::IntArrayRef({6000})) << name;
  const EvaluationScope evaluation(*model);
  const Batch outputs = model->run(collate({mixture}));
  EXPECT_TRUE(at::allclose(tensor_of(capture, "mask").to(at::kFloat),
                           outputs.get("logits")[0].sigmoid(), 0, 1e-3));
  EXPECT_EQ(tensor_of(capture, "reference_mask").sum().item<std::int64_t>(), 257 * 47);
  EXPECT_FALSE(tensor_of(capture, "scores").defined()) << "a mask is no score of a class";
}

TEST(SpectrogramInspector, GivesScoresOfPiecesAndTheirTimes) {
  const auto model = make<Model>("audio.cnn_audio", kSmallTagger);
  const Sample sample = labelled_mel();
  const Capture capture = captured(*model, sample, {{"piece", 0.2}, {"hop", 0.25}});
  const at::Tensor scores = tensor_of(capture, "scores");
  ASSERT_EQ(scores.sizes(), at::IntArrayRef({3, 4}));
  EXPECT_TRUE(at::allclose(scores.sum(0), at::ones({4})));
  EXPECT_TRUE(at::allclose(tensor_of(capture, "score_times"),
                           at::tensor({0.125, 0.375, 0.625, 0.875}, at::kDouble)));
  // The second piece alone: frames 28 to 47 of 101 (0.275 s to 0.475 s), the rest at the minimum.
  const at::Tensor image = sample.fields.get("image");
  at::Tensor piece = at::full_like(image, image.min().item<float>());
  piece.narrow(2, 28, 20).copy_(image.narrow(2, 28, 20));
  const EvaluationScope evaluation(*model);
  EXPECT_TRUE(at::allclose(model->forward(piece.unsqueeze(0)).softmax(1)[0], scores.select(1, 1)));
  EXPECT_TRUE(at::equal(tensor_of(capture, "target"), sample.fields.get("target")));
}

TEST(SpectrogramInspector, GivesTheScoresOfEveryFrameOfAFramewiseModel) {
  const auto model =
      make<Model>("audio.speech_transformer_encoder",
                  "{bands: 40, width: 8, depth: 1, heads: 2, output: frame, classes: 3}");
  const Sample sample = labelled_mel();
  const Capture capture = captured(*model, sample);
  const EvaluationScope evaluation(*model);
  const at::Tensor logits_TK = model->run(collate({sample})).get("logits")[0];
  EXPECT_TRUE(at::allclose(tensor_of(capture, "scores"), logits_TK.softmax(1).t()));
  const at::Tensor times = tensor_of(capture, "score_times");
  ASSERT_EQ(times.size(0), logits_TK.size(0));
  const double seconds = static_cast<double>(sample.fields.get("wave").size(0)) / 8000;
  EXPECT_NEAR(times[-1].item<double>(), seconds - times[0].item<double>(), 1e-9);
  EXPECT_TRUE(tensor_of(capture, "target").defined());
}

TEST(SpectrogramInspector, ScoresSeveralClassesOneByOne) {
  const auto model = make<Model>("audio.cnn_audio", kSmallTagger);
  const Sample sample = labelled_mel();
  const Capture capture = captured(*model, sample, {{"piece", 0}, {"scores", "sigmoid"}});
  EXPECT_FALSE(tensor_of(capture, "scores").defined());
  const EvaluationScope evaluation(*model);
  EXPECT_TRUE(at::allclose(tensor_of(capture, "clip_scores"),
                           model->run(collate({sample})).get("logits").sigmoid()[0]));
}

TEST(SpectrogramInspector, SaysWhatItCannotShow) {
  const auto model = make<Model>("audio.cnn_audio", kSmallTagger);
  Sample windows = labelled_mel();
  windows.fields.erase("wave");
  EXPECT_THAT(message_of([&] { captured(*model, windows); }), HasSubstr("no whole clips to show"));
  EXPECT_THAT(message_of([&] {
                captured(*model, labelled_mel(), {{"attention", {0}}});
              }),
              HasSubstr("the model has no attention to capture"));
}

TEST(SpectrogramInspector, KeepsTheAttentionOfNamedLayers) {
  const auto model = make<Model>(
      "vit",
      "{dims: 2, in_channels: 1, image_size: [40, 104], patch: 8, classes: 3, width: 16, depth: 2, "
      "heads: 2}");
  Sample sample = labelled_mel();
  sample.fields.set("image", at::constant_pad_nd(sample.fields.get("image"), {0, 3}));
  const Capture capture = captured(*model, sample, {{"attention", {1}}, {"piece", 0}});
  EXPECT_FALSE(tensor_of(capture, "attention_0").defined());
  const at::Tensor weights = tensor_of(capture, "attention_1").to(at::kFloat);
  EXPECT_EQ(weights.dim(), 3);
  EXPECT_TRUE(at::allclose(weights.sum(2), at::ones({weights.size(0), weights.size(1)}), 1e-2));
}

TEST(MelFrontEnd, NamesTheCentresOfItsBands) {
  // python3: e = numpy.linspace(f(0), f(4000), 7)[1:-1] through f(h) = 2595 log10(1 + h / 700)
  const at::Tensor centres = mel_centres({.rate = 8000, .mels = 5});
  EXPECT_TRUE(at::allclose(
      centres, at::tensor({261.46027F, 620.57979F, 1113.83571F, 1791.32997F, 2721.87826F}), 1e-5,
      0));
  const Sample sample = labelled_mel();
  EXPECT_EQ(sample.fields.get("bands").size(0), 40);
  EXPECT_EQ(sample.fields.get("stft")[2].item<std::int64_t>(), 80);
}

}  // namespace
}  // namespace warmstart::audio
