// TERA: the encoder against torch.nn.TransformerEncoder, alterations counted, the objective by
// hand.
#include "core/models/evaluation_scope.h"
#include "core/objectives/objective.h"
#include "plugins/audio/components/alterations.h"
#include "plugins/audio/components/frame_encoder.h"
#include "sound_files.h"

namespace warmstart::audio {
namespace {

using ::testing::HasSubstr;
using testing::message_of;
using warmstart::testing::add_state;
using warmstart::testing::disturb;
using warmstart::testing::gradient_error;
using warmstart::testing::make;
using warmstart::testing::relative_difference;
using warmstart::testing::torch_reference;

constexpr const char* kSmallEncoder =
    "{bands: 12, width: 16, depth: 2, heads: 4, hidden: 24, dropout: 0, classes: 3}";

TEST(SpeechTransformerEncoder, EqualsTorchsTransformer) {
  at::manual_seed(1);
  const auto model = make<Model>("audio.speech_transformer_encoder", kSmallEncoder);
  disturb(*model);
  const at::Tensor frames = at::randn({2, 9, 12});
  NamedTensors tensors{{"frames", frames}};
  add_state(tensors, "model", *model);
  const auto theirs = torch_reference("torch_speech_encoder.py", tensors,
                                      {{"width", 16}, {"depth", 2}, {"heads", 4}, {"hidden", 24}});
  ASSERT_FALSE(theirs.empty());
  const at::Tensor hidden = dynamic_cast<FrameEncoder&>(*model).encode(frames);
  EXPECT_LT(relative_difference(hidden, theirs.at("hidden")), 1e-5);
  const at::Tensor image = frames.transpose(1, 2).unsqueeze(1);
  Batch batch;
  batch.set("image", image);
  EXPECT_LT(relative_difference(model->run(batch).get("features"), theirs.at("hidden").mean(1)),
            1e-5);
  EXPECT_EQ(model->forward(image).sizes(), at::IntArrayRef({2, 3}));
}

TEST(SpeechTransformerEncoder, ProbesTheFramesThemselvesAsASurface) {
  const auto model = make<Model>("audio.speech_transformer_encoder",
                                 "{bands: 4, width: 8, depth: 1, heads: 2, probe: surface}");
  Batch batch;
  batch.set("image", at::randn({2, 1, 4, 9}));
  EXPECT_TRUE(at::allclose(model->run(batch).get("features"), batch.get("image").squeeze(1).mean(2),
                           1e-5, 1e-6));
}

TEST(SpeechTransformerEncoder, RefusesOtherFeatures) {
  const auto model = make<Model>("audio.speech_transformer_encoder", kSmallEncoder);
  EXPECT_THAT(message_of([&] {
                model->forward(at::zeros({1, 1, 39, 20}));
              }),
              HasSubstr("the model expects 12 features a frame, the data gives 39"));
  EXPECT_THAT(
      message_of([] { make<Model>("audio.speech_transformer_encoder", "{width: 10, heads: 4}"); }),
      HasSubstr("heads"));
}

TEST(Alterations, OfTimeZeroReplaceOrKeepWholeBlocks) {
  const at::Tensor frames = at::randn({400, 70, 5}).add(10);
  AlterationOptions options;
  options.frequency = 0, options.magnitude = 0, options.time = 0.2;
  const Altered altered = alter(frames, options, 3);
  const at::Tensor in_mask = altered.mask.select(2, 0).gt(0);
  EXPECT_TRUE(at::equal(altered.mask, in_mask.unsqueeze(2).expand_as(frames).to(at::kFloat)));
  // Two blocks of seven frames; where they overlap there are fewer.
  const at::Tensor hidden = in_mask.sum(1);
  EXPECT_EQ(hidden.max().item<std::int64_t>(), 14);
  EXPECT_GE(hidden.min().item<std::int64_t>(), 8) << "the starts differ";
  EXPECT_TRUE(at::equal(altered.frames.masked_select(altered.mask.eq(0)),
                        frames.masked_select(altered.mask.eq(0))));
  const at::Tensor same = altered.frames.eq(frames).flatten(1).all(1);
  const at::Tensor zero = (altered.frames * altered.mask).abs().flatten(1).sum(1).eq(0);
  EXPECT_NEAR(zero.to(at::kFloat).mean().item<double>(), 0.8, 0.06);
  EXPECT_NEAR(same.to(at::kFloat).mean().item<double>(), 0.1, 0.04);
}

TEST(Alterations, OfFrequencyZeroOneBand) {
  const at::Tensor frames = at::rand({500, 20, 40}).add(1);
  AlterationOptions options;
  options.time = 0, options.magnitude = 0, options.frequency = 0.2;
  const Altered altered = alter(frames, options, 3);
  const at::Tensor band = altered.frames.select(1, 0).eq(0);
  EXPECT_TRUE(at::equal(altered.mask, altered.frames.eq(0).to(at::kFloat)));
  EXPECT_TRUE(at::equal(altered.frames.eq(0), band.unsqueeze(1).expand_as(frames)));
  const at::Tensor width = band.sum(1);
  EXPECT_EQ(width.min().item<std::int64_t>(), 0);
  EXPECT_EQ(width.max().item<std::int64_t>(), 8);
  EXPECT_NEAR(width.to(at::kFloat).mean().item<double>(), 4, 0.4);
  const at::Tensor edges = band.to(at::kLong).diff(1, 1).abs().sum(1);
  EXPECT_LE(edges.max().item<std::int64_t>(), 2) << "neighbouring bands";
}

TEST(Alterations, OfMagnitudeAddNoiseToSomeAndMaskNothing) {
  const at::Tensor frames = at::zeros({1000, 10, 8});
  AlterationOptions options;
  options.time = 0, options.frequency = 0, options.magnitude = 0.15;
  const Altered altered = alter(frames, options, 3);
  EXPECT_EQ(altered.mask.min().item<float>(), 1) << "all entries count";
  const at::Tensor noisy = altered.frames.abs().flatten(1).sum(1).gt(0);
  EXPECT_NEAR(noisy.to(at::kFloat).mean().item<double>(), 0.15, 0.04);
  const at::Tensor noise = altered.frames.masked_select(altered.frames.ne(0));
  EXPECT_NEAR(noise.std().item<double>(), 0.2, 0.01);
}

TEST(Tera, IsTheMeanAbsoluteDifferenceWhereFramesWereAltered) {
  at::manual_seed(2);
  const auto model = make<Model>("audio.speech_transformer_encoder", kSmallEncoder);
  const auto objective = make<Objective>("audio.tera");
  objective->attach(*model, Json::object());
  Batch batch;
  batch.set("image", at::randn({3, 1, 12, 50}));
  Context context{*model, 9};
  const Loss loss = objective->evaluate(batch, context);
  const at::Tensor mask = loss.outputs.get("mask");
  const at::Tensor difference = (loss.outputs.get("reconstruction") - batch.get("image")).abs();
  EXPECT_NEAR(loss.total.item<double>(), difference.masked_select(mask.gt(0)).mean().item<double>(),
              1e-5);
  EXPECT_EQ(mask.sizes(), batch.get("image").sizes());
  model->to(at::kDouble);
  objective->to(at::kDouble);
  batch.set("image", batch.get("image").to(at::kDouble));
  const auto parameters = model->named_parameters();
  EXPECT_LT(gradient_error([&] { return objective->evaluate(batch, context).total; },
                           {parameters["encoder.embedding.weight"],
                            parameters["encoder.stack.block1.feed_forward.fc1.weight"]}),
            1e-4);
}

TEST(Tera, RefusesATaskThatIsNone) {
  EXPECT_THAT(
      message_of([] { make<Objective>("audio.tera", "{time: 0, frequency: 0, magnitude: 0}"); }),
      HasSubstr("no alteration active: the task is identity"));
  EXPECT_THAT(message_of([] {
                alter(at::zeros({1, 5, 8}), {}, 1);
              }),
              HasSubstr("5 frames < mask width 7"));
  const auto other = make<Model>("audio.cnn_audio");
  EXPECT_THAT(message_of([&] { make<Objective>("audio.tera")->attach(*other, Json::object()); }),
              HasSubstr("does not encode acoustic frames"));
}

}  // namespace
}  // namespace warmstart::audio
