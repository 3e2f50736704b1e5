// wav2vec 2.0 against torchaudio, its objective against the paper's equations written in Python,
// derivatives by differences, masks and codes counted.
#include "plugins/audio/components/wav2vec2.h"

#include <set>

#include "core/export/exporter.h"
#include "core/export/weight_names.h"
#include "core/models/evaluation_scope.h"
#include "core/objectives/objective.h"
#include "core/optim/optimizer.h"
#include "core/surgery/surgery.h"
#include "plugins/audio/components/span_mask.h"
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

const std::string kSmall =
    "channels: [8, 12], kernels: [10, 4], strides: [5, 3], width: 16, depth: 2, heads: 4, "
    "hidden: 24, position_groups: 4, codes: 6, code_width: 8, match_width: 10, classes: 5, "
    "dropout: 0, rate: 8000";
/// The base model's form, and the large one's.
const std::string kGroup = "{" + kSmall + ", position_kernel: 6}";
const std::string kLayer =
    "{" + kSmall + ", position_kernel: 5, wave_norm: layer, wave_bias: true, norm_position: pre}";

Json reference_settings(bool large) {
  return {{"mode", large ? "layer_norm" : "group_norm"},
          {"layers", {{8, 10, 5}, {12, 4, 3}}},
          {"bias", large},
          {"width", 16},
          {"depth", 2},
          {"heads", 4},
          {"hidden", 24},
          {"position_kernel", large ? 5 : 6},
          {"position_groups", 4},
          {"norm_first", large},
          {"classes", 5},
          {"codebooks", 2},
          {"codes", 6},
          {"kappa", 0.1},
          {"diversity", 0.1},
          {"penalty", 10.0}};
}

Batch waves(std::int64_t clips, std::int64_t samples) {
  Batch batch;
  batch.set("wave", at::randn({clips, samples}));
  batch.set("rate", at::full({clips}, 8000, at::kLong));
  return batch;
}

std::shared_ptr<Model> small_model(const std::string& settings = kGroup) {
  at::manual_seed(3);
  auto model = make<Model>("audio.wav2vec2", settings);
  disturb(*model);
  return model;
}

TEST(Wav2vec2, EqualsTorchaudiosWithBothNormalisations) {
  for (const bool large : {false, true}) {
    SCOPED_TRACE(large);
    const auto model = small_model(large ? kLayer : kGroup);
    const Batch batch = waves(3, 400);
    NamedTensors tensors{{"wave", batch.get("wave")}};
    add_state(tensors, "model", *model);
    const auto theirs =
        torch_reference("torchaudio_wav2vec2.py", tensors, reference_settings(large));
    ASSERT_FALSE(theirs.empty());
    auto& ours = require_wav2vec2(*model, "test");
    EXPECT_LT(relative_difference(ours.frames(batch).raw, theirs.at("raw")), 1e-4);
    const Batch outputs = model->run(batch);
    EXPECT_LT(relative_difference(outputs.get("features"), theirs.at("contexts")), 1e-4);
    EXPECT_LT(relative_difference(outputs.get("logits"), theirs.at("logits")), 1e-4);
    EXPECT_TRUE(at::allclose(model->forward(batch.get("wave")), outputs.get("logits"), 1e-5, 1e-6));
  }
}

TEST(Wav2vec2, NeitherHearsNorShowsPadding) {
  const auto model = small_model(kLayer);
  Batch batch = waves(2, 400);
  batch.set("samples", at::tensor({400, 205}, at::kLong));
  const Batch outputs = model->run(batch);
  // 205 samples: (205 - 10) / 5 + 1 = 40, (40 - 4) / 3 + 1 = 13 frames.
  EXPECT_TRUE(at::equal(outputs.get("frames"), at::tensor({26, 13}, at::kLong)));
  NamedTensors tensors{{"wave", batch.get("wave")}, {"lengths", at::tensor({26, 13}, at::kLong)}};
  add_state(tensors, "model", *model);
  const auto theirs = torch_reference("torchaudio_wav2vec2.py", tensors, reference_settings(true));
  ASSERT_FALSE(theirs.empty());
  EXPECT_LT(relative_difference(outputs.get("features")[1].narrow(0, 0, 13),
                                theirs.at("contexts")[1].narrow(0, 0, 13)),
            1e-4);
  Batch other = batch;
  at::Tensor wave = batch.get("wave").clone();
  wave[1].narrow(0, 205, 195).fill_(7);
  other.set("wave", wave);
  EXPECT_TRUE(at::allclose(model->run(other).get("features")[1].narrow(0, 0, 12),
                           outputs.get("features")[1].narrow(0, 0, 12), 1e-4, 1e-5));
}

TEST(Wav2vec2, IsExportedWithTheLengthsOfPaddedClips) {
  const auto model = small_model();
  Batch padded = waves(3, 400);
  padded.set("samples", at::tensor({400, 300, 200}, at::kLong));
  const Path folder = std::filesystem::temp_directory_path() / "warmstart-wav2vec2";
  std::filesystem::create_directories(folder);
  for (const char* format : {"onnx", "torchscript"}) {
    const ExportReport report = export_model(*model, format, folder / format, {}, padded);
    EXPECT_LT(report.verification.batches[1].absolute, 1e-4) << format;
    const Json record = Json::parse(read_file(report.report));
    EXPECT_EQ(record["inputs"][1]["field"], "samples");
    EXPECT_EQ(record["inputs"][1]["free_axes"], Json::array({0}));
  }
  std::filesystem::remove_all(folder);
}

TEST(Wav2vec2, TinyGivesFiftyFramesASecond) {
  const auto tiny = make<Model>("audio.wav2vec2_tiny", "{classes: 7}");
  EXPECT_EQ(tiny->forward(at::zeros({2, 8000})).sizes(), at::IntArrayRef({2, 49, 7}));
  std::int64_t parameters = 0;
  for (const at::Tensor& one : tiny->parameters()) parameters += one.numel();
  EXPECT_LT(parameters, 600000);
  EXPECT_THAT(message_of([&] {
                tiny->forward(at::zeros({1, 100}));
              }),
              HasSubstr("a clip of 100 samples gives no frame"));
  EXPECT_THAT(message_of([] { make<Model>("audio.wav2vec2", "{kernels: [3]}"); }),
              HasSubstr("channels, kernels and strides name 7, 1 and 7 convolutions"));
  Batch batch = waves(1, 400);
  batch.set("rate", at::full({1}, 16000, at::kLong));
  EXPECT_THAT(message_of([&] { tiny->run(batch); }),
              HasSubstr("the model expects 8000 Hz, the data gives 16000"));
}

TEST(Wav2vec2, TakesAndGivesWeightsUnderTheirPublishedNames) {
  for (const bool large : {false, true}) {
    const auto model = small_model(large ? kLayer : kGroup);
    const NamedModel named{state_dict(*model), 0};
    const Batch batch = waves(2, 300);
    for (const std::string family : {"wav2vec2", "wav2vec2_torchaudio"}) {
      SCOPED_TRACE(family);
      const StateDict published = to_published(named, family);
      EXPECT_EQ(weight_family(published, named), family);
      NamedTensors tensors{{"wave", batch.get("wave")}};
      for (const auto& [name, tensor] : published) tensors.emplace_back("model." + name, tensor);
      Json settings = reference_settings(large);
      settings["names"] = family;
      const auto theirs = torch_reference("torchaudio_wav2vec2.py", tensors, settings);
      ASSERT_FALSE(theirs.empty());
      EXPECT_LT(relative_difference(model->run(batch).get("logits"), theirs.at("logits")), 1e-4);
      const StateDict back = from_published(published, family, named);
      ASSERT_EQ(back.size(), named.own.size());
      for (const auto& [name, tensor] : named.own) EXPECT_TRUE(back.at(name).equal(tensor)) << name;
    }
  }
}

TEST(SpanMask, HidesSpansOfEachClipAndNoPadding) {
  const at::Tensor mask =
      span_mask(std::vector<std::int64_t>(400, 60), 80, {.starts = 0.05, .span = 7}, 4);
  EXPECT_FALSE(mask.narrow(1, 60, 20).any().item<bool>());
  // 3 + u spans: three or, never by one throw, four of seven frames that may overlap.
  const at::Tensor hidden = mask.sum(1);
  EXPECT_LE(hidden.max().item<std::int64_t>(), 21);
  EXPECT_GE(hidden.min().item<std::int64_t>(), 9);
  EXPECT_FALSE(mask[0].equal(mask[1]));
  EXPECT_TRUE(span_mask({60}, 80, {.starts = 0.05, .span = 7}, 4).equal(mask.narrow(0, 0, 1)));
  EXPECT_FALSE(span_mask({6}, 80, {.starts = 1, .span = 7}, 4).any().item<bool>());
  EXPECT_EQ(
      span_mask({9}, 9, {.starts = 0, .span = 7, .at_least = 1}, 4).sum().item<std::int64_t>(), 7);
}

TEST(ProductQuantizer, ChoosesTheBestEntryOfEachCodebookOrANoisyOne) {
  at::manual_seed(2);
  ProductQuantizer quantizer({.in = 6, .codebooks = 2, .codes = 5, .width = 8});
  const at::Tensor latents = at::randn({50, 6});
  const Quantized still = quantizer.forward(latents, std::nullopt);
  EXPECT_TRUE(still.values[7].narrow(0, 4, 4).equal(
      quantizer.codevectors[0][5 + still.codes[7][1].item<std::int64_t>()]));
  EXPECT_GT(still.perplexity.item<double>(), 2);
  EXPECT_LE(still.perplexity.item<double>(), 10.001);
  const Quantized noisy = quantizer.forward(latents, GumbelDraw{2, 5});
  EXPECT_TRUE(at::allclose(noisy.values[3].narrow(0, 0, 4),
                           quantizer.codevectors[0][noisy.codes[3][0].item<std::int64_t>()], 1e-5,
                           1e-6))
      << "hard forward";
  EXPECT_FALSE(noisy.codes.equal(still.codes));
  EXPECT_TRUE(noisy.codes.equal(quantizer.forward(latents, GumbelDraw{2, 5}).codes));
  // A draw takes each entry as often as its softmax says.
  const at::Tensor one = latents.narrow(0, 0, 1).expand({4000, 6});
  const at::Tensor drawn = quantizer.forward(one, GumbelDraw{0.7, 9}).codes.select(1, 0);
  const at::Tensor share = at::one_hot(drawn, 5).to(at::kFloat).mean(0);
  const at::Tensor scores =
      at::linear(latents[0], quantizer.named_parameters()["weight_proj.weight"],
                 quantizer.named_parameters()["weight_proj.bias"]);
  EXPECT_LT((share - scores.narrow(0, 0, 5).softmax(0)).abs().max().item<double>(), 0.03);
}

TEST(Wav2vecContrastive, IsThePapersEquations) {
  const auto model = small_model();
  const auto objective =
      make<Objective>("audio.wav2vec_contrastive", "{starts: 0.2, span: 3, negatives: 7}");
  objective->attach(*model, Json::object());
  const Batch batch = waves(3, 400);
  Context context{*model, 9};
  context.training = false;
  const Loss loss = objective->evaluate(batch, context);
  NamedTensors tensors{{"wave", batch.get("wave")},
                       {"hidden", loss.outputs.get("hidden")},
                       {"negatives", loss.outputs.get("negatives")}};
  add_state(tensors, "model", *model);
  const auto theirs = torch_reference("torchaudio_wav2vec2.py", tensors, reference_settings(false));
  ASSERT_FALSE(theirs.empty());
  EXPECT_LT(relative_difference(loss.total, theirs.at("total")), 1e-4);
  // Negatives are hidden frames of the same clip, and never the frame itself.
  const at::Tensor clip = loss.outputs.get("hidden").nonzero().select(1, 0);
  const at::Tensor negatives = loss.outputs.get("negatives");
  EXPECT_TRUE(clip.index_select(0, negatives.flatten())
                  .view(negatives.sizes())
                  .eq(clip.unsqueeze(1))
                  .all()
                  .item<bool>());
  EXPECT_FALSE(negatives.eq(at::arange(negatives.size(0)).unsqueeze(1)).any().item<bool>());
}

TEST(Wav2vecContrastive, HasTheDerivativesOfItsDifferences) {
  const auto model = small_model();
  const auto objective =
      make<Objective>("audio.wav2vec_contrastive", "{starts: 0.2, span: 3, negatives: 5}");
  objective->attach(*model, Json::object());
  model->to(at::kDouble);
  Batch batch = waves(2, 400);
  batch.set("wave", batch.get("wave").to(at::kDouble));
  Context context{*model, 4};
  context.training = false;  // a hard choice has no derivative of its own
  const auto parameters = model->named_parameters();
  EXPECT_LT(gradient_error([&] { return objective->evaluate(batch, context).total; },
                           {parameters["feature_extractor.conv_layers.0.conv.weight"],
                            parameters["encoder.pos_conv_embed.conv.weight_v"],
                            parameters["encoder.pos_conv_embed.conv.weight_g"],
                            parameters["encoder.stack.block1.feed_forward.fc1.weight"],
                            parameters["masked_spec_embed"], parameters["project_hid.weight"],
                            parameters["quantizer.codevectors"]}),
            1e-4);
  // With noise the scores learn through the soft choice.
  context.training = true;
  const at::Tensor scores = parameters["quantizer.weight_proj.weight"];
  scores.mutable_grad().reset();
  objective->evaluate(batch, context).total.backward();
  EXPECT_GT(scores.grad().abs().max().item<double>(), 0);
}

TEST(Wav2vecContrastive, HasTheSameDerivativesInSingleAsInDoublePrecision) {
  const auto model = make<Model>("audio.wav2vec2_tiny", "{dropout: 0}");
  const auto objective = make<Objective>("audio.wav2vec_contrastive", "{negatives: 5, span: 5}");
  objective->attach(*model, Json::object());
  Batch batch = waves(4, 8000);
  Context context{*model, 4};
  context.training = false;
  objective->evaluate(batch, context).total.backward();
  std::vector<std::pair<std::string, at::Tensor>> single;
  for (const auto& item : model->named_parameters()) {
    if (!item.value().grad().defined()) continue;
    single.emplace_back(item.key(), item.value().grad().clone());
    item.value().mutable_grad().reset();
  }
  model->to(at::kDouble);
  batch.set("wave", batch.get("wave").to(at::kDouble));
  objective->evaluate(batch, context).total.backward();
  for (const auto& [name, gradient] : single) {
    const at::Tensor exact = model->named_parameters()[name].grad();
    const double error = (gradient.to(at::kDouble) - exact).norm().item<double>();
    EXPECT_LT(error, 1e-3 * std::max(1e-3, exact.norm().item<double>())) << name;
  }
}

TEST(Wav2vecContrastive, Learns) {
  const auto model = make<Model>("audio.wav2vec2_tiny", "{classes: 3, dropout: 0}");
  const auto objective = make<Objective>("audio.wav2vec_contrastive", "{negatives: 20, span: 5}");
  objective->attach(*model, Json::object());
  Batch batch = waves(8, 8000);
  batch.get("wave").narrow(0, 0, 4).narrow(1, 5000, 3000).zero_();  // silence behind short clips
  std::vector<std::pair<std::string, at::Tensor>> parameters;
  for (const auto& item : model->named_parameters())
    parameters.emplace_back(item.key(), item.value());
  const auto optimizer = make<Optimizer>("adamw", "{learning_rate: 0.001}");
  optimizer->attach(parameters);
  double first = 0, last = 0;
  for (int step = 0; step < 12; ++step) {
    Context context{*model, static_cast<std::uint64_t>(step)};
    const Loss loss = objective->evaluate(batch, context);
    (step == 0 ? first : last) = loss.total.item<double>();
    for (const auto& [name, one] : parameters) one.mutable_grad().reset();
    loss.total.backward();
    for (const auto& [name, one] : parameters) {
      if (!one.grad().defined()) continue;
      ASSERT_TRUE(at::isfinite(one.grad()).all().item<bool>()) << name << " at step " << step;
      ASSERT_LT(one.grad().norm().item<float>(), 1e6) << name;
    }
    optimizer->step(1);
  }
  EXPECT_LT(last, first);
}

TEST(Wav2vecContrastive, RefusesWhatItCannotCompare) {
  const auto other = make<Model>("audio.cnn_audio");
  EXPECT_THAT(message_of([&] {
                make<Objective>("audio.wav2vec_contrastive")->attach(*other, Json::object());
              }),
              HasSubstr("the model is no wav2vec 2.0"));
  const auto model = small_model();
  const Batch batch = waves(1, 60);
  Context context{*model, 1};
  EXPECT_THAT(
      message_of([&] { make<Objective>("audio.wav2vec_contrastive")->evaluate(batch, context); }),
      HasSubstr("no clip of the batch is as long as a hidden span of 10 frames"));
  EXPECT_THAT(message_of([&] {
                make<Objective>("audio.wav2vec_contrastive", "{span: 1, starts: 0.001}")
                    ->evaluate(batch, context);
              }),
              HasSubstr("one hidden frame, and nothing to compare it with"));
}

TEST(KeepQuantizer, NeedsAPretrainingCheckpoint) {
  const auto model = small_model(), next = small_model();
  const auto surgery = make<Surgery>("audio.keep_quantizer");
  SurgeryReport report;
  surgery->operate(state_dict(*model), *next, report);
  EXPECT_THAT(report.notes, ::testing::Contains(HasSubstr("quantizer kept")));
  StateDict tuned = state_dict(*model);
  std::erase_if(tuned, [](const auto& one) { return one.first.starts_with("quantizer."); });
  EXPECT_THAT(message_of([&] { surgery->operate(tuned, *next, report); }),
              HasSubstr("no quantizer.* tensors; needs a pretraining checkpoint"));
}

}  // namespace
}  // namespace warmstart::audio
