// Speech with transcripts: the data set, CTC's loss and decoding against all paths written out,
// error rates against a plain table of edits.
#include <fstream>

#include "core/metrics/metric.h"
#include "core/objectives/objective.h"
#include "core/optim/optimizer.h"
#include "plugins/audio/components/ctc_decode.h"
#include "plugins/audio/io/alphabet.h"
#include "sound_files.h"

namespace warmstart::audio {
namespace {

using ::testing::AllOf;
using testing::dataset;
using testing::Folder;
using ::testing::HasSubstr;
using testing::message_of;
using testing::save_tone;
using warmstart::testing::gradient_error;
using warmstart::testing::make;
using warmstart::testing::torch_reference;

using Classes = std::vector<std::int64_t>;

class TranscriptFiles : public ::testing::Test {
 protected:
  void SetUp() override {
    save_tone(folder_ / "a.wav", 300, 8000, 0.5);
    save_tone(folder_ / "b.wav", 500, 8000, 0.3);
    save_tone(folder_ / "c.wav", 700, 8000, 0.4);
  }
  Json settings(const std::string& name, const std::string& table) {
    return {{"root", folder_.file(name, table).string()}, {"rate", 8000}, {"seconds", 0.5}};
  }
  Folder folder_;
};

TEST_F(TranscriptFiles, BecomeClassesOfTheAlphabetAndTheClipsOwnLength) {
  const auto data = dataset("audio.transcripts",
                            settings("t.csv", "file,text\na.wav,ŋa no\nb.wav,on\nc.wav,a\n"));
  EXPECT_EQ(data->facts()["alphabet"], " anoŋ");
  EXPECT_EQ(data->facts()["classes"], 6);
  const Batch fields = data->get(1).fields;
  EXPECT_TRUE(fields.get("transcript").equal(at::tensor({4, 3, -1, -1, -1}, at::kLong)));
  EXPECT_TRUE(data->get(0).fields.get("transcript").equal(at::tensor({5, 2, 1, 3, 4}, at::kLong)));
  EXPECT_EQ(fields.get("samples").item<std::int64_t>(), 2400);
  EXPECT_EQ(fields.get("wave").size(0), 4000);
  const auto lines =
      dataset("audio.transcripts", settings("t.jsonl", "{\"file\":\"a.wav\",\"text\":\"no\"}\n"));
  EXPECT_EQ(lines->facts()["alphabet"], "no");
}

TEST_F(TranscriptFiles, WithCharactersOutsideTheAlphabetAreOneErrorThatNamesTheFile) {
  Json bad = settings("t.csv", "file,text\na.wav,no\nb.wav,nʀ\nc.wav,x\n");
  bad["alphabet"] = "no";
  EXPECT_THAT(message_of([&] { dataset("audio.transcripts", bad); }),
              AllOf(HasSubstr("unknown character 'ʀ' (U+0280) in the transcript of b"),
                    HasSubstr("1 more transcripts are bad"), HasSubstr("t.csv:3"),
                    HasSubstr("extend alphabet")));
  EXPECT_THAT(
      message_of([&] { dataset("audio.transcripts", settings("u.csv", "file,text\na.wav,\n")); }),
      AllOf(HasSubstr("the clip a has no transcript"), HasSubstr("u.csv:2")));
  EXPECT_THAT(message_of([&] {
                dataset("audio.transcripts", settings("v.csv", "file,words\na.wav,no\n"));
              }),
              HasSubstr("there is no column 'text'"));
}

TEST_F(TranscriptFiles, AreSpeltByTheClassOfSingleWords) {
  save_tone(folder_ / "w/0_x.wav");
  save_tone(folder_ / "w/1_x.wav");
  Json words{{"root", (folder_ / "w").string()}, {"rate", 8000}, {"label_pattern", "^([0-9])_"}};
  words["spellings"] = {"zero", "one"};
  const auto data = dataset("audio.transcripts", words);
  const Alphabet alphabet(data->facts()["alphabet"].get<std::string>());
  EXPECT_EQ(alphabet.text_of({5}), "z");
  EXPECT_TRUE(data->get(1).fields.get("transcript").equal(at::tensor({3, 2, 1, -1}, at::kLong)));
  words["spellings"] = {"zero"};
  EXPECT_THAT(message_of([&] { dataset("audio.transcripts", words); }),
              HasSubstr("1 spellings for 2 classes"));
}

TEST_F(TranscriptFiles, TooLongOrTooShortForASampleAreBadFiles) {
  Json all = settings("t.csv", "file,text\na.wav,no\nb.wav,on\nc.wav,on\n");
  all["seconds"] = 0.45;
  EXPECT_THAT(message_of([&] { dataset("audio.transcripts", all); }),
              HasSubstr("a.wav is 0.50 s long, a sample holds 0.45"));
  all["bad_share"] = 0.4;
  EXPECT_EQ(dataset("audio.transcripts", all)->facts()["skipped"].size(), 1);
  all["shortest"] = 0.35;
  EXPECT_THAT(message_of([&] { dataset("audio.transcripts", all); }),
              HasSubstr("2 of 3 files cannot be used"));
}

TEST_F(TranscriptFiles, ArePredictedAsATable) {
  const auto data =
      dataset("audio.transcripts", settings("t.csv", "file,text\na.wav,no\nb.wav,on\n"));
  const auto files = data->for_files({(folder_ / "a.wav").string(), (folder_ / "b.wav").string()});
  at::Tensor logits = at::zeros({4, 3});
  logits[1][1] = 5, logits[2][1] = 5, logits[3][2] = 5, logits[0][0] = 5;
  Batch outputs;
  outputs.set("logits", logits);
  files->save_prediction(0, outputs, folder_.path());
  const auto written = files->save_prediction(1, outputs, folder_.path());
  ASSERT_EQ(written.size(), 2U);
  std::ifstream csv(written[0]);
  const std::string text{std::istreambuf_iterator<char>(csv), {}};
  EXPECT_EQ(text, "file,text\n" + (folder_ / "a.wav").string() + ",no\n" +
                      (folder_ / "b.wav").string() + ",no\n");
}

TEST(CtcDecode, JoinsRepeatsAndLeavesOutBlanks) {
  at::Tensor logits = at::zeros({6, 3});
  for (const auto& [t, k] : {std::pair{0, 1}, {1, 1}, {2, 0}, {3, 1}, {4, 2}, {5, 0}})
    logits[t][k] = 4;
  EXPECT_EQ(ctc_greedy(logits), Classes({1, 1, 2}));
  EXPECT_EQ(ctc_beam(logits, 100), Classes({1, 1, 2}));
}

TEST(CtcDecode, FindsTheMostProbableClassesOfAllPaths) {
  int differs_from_greedy = 0;
  for (int i = 0; i < 8; ++i) {
    at::manual_seed(i);
    const at::Tensor logits = at::randn({6, 4});
    const auto theirs = torch_reference(
        "ctc.py", {{"logits", logits}, {"target", at::tensor({1, 2}, at::kLong)}}, Json::object());
    ASSERT_FALSE(theirs.empty());
    const at::Tensor best = theirs.at("best").contiguous();
    const Classes expected{best.data_ptr<std::int64_t>(),
                           best.data_ptr<std::int64_t>() + best.numel()};
    EXPECT_EQ(ctc_beam(logits, 10000), expected) << i;
    differs_from_greedy += ctc_greedy(logits) != expected ? 1 : 0;
  }
  EXPECT_GT(differs_from_greedy, 0) << "the search is worth something";
}

Batch spoken(std::int64_t samples, const std::vector<std::int64_t>& labels) {
  Batch batch;
  batch.set("wave", at::randn({1, samples}));
  batch.set("transcript", at::tensor(labels, at::kLong).unsqueeze(0));
  return batch;
}

constexpr const char* kListener =
    "{channels: [6], kernels: [20], strides: [10], width: 8, depth: 1, heads: 2, position_groups: "
    "2, position_kernel: 3, codes: 4, code_width: 4, match_width: 4, classes: 4, dropout: 0}";

TEST(Ctc, IsTheProbabilityOfAllPathsAndHasItsDerivatives) {
  at::manual_seed(5);
  const auto model = make<Model>("audio.wav2vec2", kListener);
  const auto objective = make<Objective>("audio.ctc");
  objective->attach(*model, {{"alphabet", "abc"}});
  Batch batch = spoken(75, {2, 2, -1, -1});
  Context context{*model, 3};
  context.training = false;
  const Loss loss = objective->evaluate(batch, context);
  ASSERT_EQ(loss.outputs.get("logits").size(1), 6);
  const auto theirs = torch_reference(
      "ctc.py",
      {{"logits", loss.outputs.get("logits")[0]}, {"target", at::tensor({2, 2}, at::kLong)}},
      Json::object());
  ASSERT_FALSE(theirs.empty());
  EXPECT_NEAR(loss.total.item<double>(), theirs.at("loss").item<double>() / 2, 1e-5)
      << "a mean over the transcript's characters";
  model->to(at::kDouble);
  batch.set("wave", batch.get("wave").to(at::kDouble));
  const auto parameters = model->named_parameters();
  EXPECT_LT(gradient_error([&] { return objective->evaluate(batch, context).total; },
                           {parameters["lm_head.weight"],
                            parameters["encoder.stack.block0.attention.qkv.weight"]}),
            1e-4);
}

TEST(Ctc, HidesFramesAndCanTrainTheOutputLayerAloneAtFirst) {
  const auto model = make<Model>("audio.wav2vec2", kListener);
  const auto objective = make<Objective>("audio.ctc", "{frozen_steps: 5, starts: 0.3, span: 2}");
  objective->attach(*model, {{"alphabet", "abc"}});
  const Batch batch = spoken(400, {1, 2, 3});
  Context context{*model, 3, 4};
  const at::Tensor inner = model->named_parameters()["encoder.stack.block0.attention.qkv.weight"];
  const double first = objective->evaluate(batch, context).total.item<double>();
  objective->evaluate(batch, context).total.backward();
  EXPECT_FALSE(inner.grad().defined());
  context.step = 5;
  objective->evaluate(batch, context).total.backward();
  EXPECT_TRUE(inner.grad().defined());
  context.seed = 4;
  EXPECT_NE(objective->evaluate(batch, context).total.item<double>(), first);
}

TEST(Ctc, RefusesMoreLabelsThanFrames) {
  const auto model = make<Model>("audio.wav2vec2", kListener);
  Context context{*model, 3};
  Batch batch = spoken(65, {1, 1, 2, 2, -1});  // 5 frames; two blanks are needed
  batch.set("index", at::tensor({31}, at::kLong));
  EXPECT_THAT(message_of([&] { make<Objective>("audio.ctc")->evaluate(batch, context); }),
              HasSubstr("CTC: 6 labels > 5 frames in clip 31"));
  EXPECT_THAT(message_of([&] { make<Objective>("audio.ctc")->attach(*model, Json::object()); }),
              HasSubstr("the data has no transcripts"));
}

/// Scores whose greedy reading is `text`.
at::Tensor scores_of(const Alphabet& alphabet, const std::string& text) {
  at::Tensor logits =
      at::zeros({static_cast<std::int64_t>(2 * text.size() + 1), alphabet.classes()});
  std::int64_t t = 0;
  for (const std::int64_t k : alphabet.classes_of(text)) {
    logits[t++][0] = 9;
    logits[t++][k] = 9;
  }
  logits.slice(0, t).select(1, 0).fill_(9);
  return logits;
}

TEST(ErrorRates, EqualAPlainTableOfEdits) {
  const std::vector<std::string> said{"one two three", "sea", "a b c d", "twenty one"};
  const std::vector<std::string> read{"one too three four", "", "b c x d", "twenty one"};
  const auto theirs =
      torch_reference("ctc.py", {{"none", at::zeros({1})}}, {{"said", said}, {"read", read}});
  ASSERT_FALSE(theirs.empty());
  const Json facts{{"alphabet", "abcdefghijklmnopqrstuvwxyz "}};
  const Alphabet alphabet(facts["alphabet"].get<std::string>());
  for (const auto& [name, settings] :
       {std::pair{"cer", "{}"}, {"wer", "{}"}, {"cer", "{beam: 4}"}, {"wer", "{beam: 4}"}}) {
    const auto metric = make<Metric>("audio." + std::string(name), settings);
    metric->begin(facts);
    for (std::size_t i = 0; i < said.size(); ++i) {
      Batch outputs, fields;
      outputs.set("logits", scores_of(alphabet, read[i]));
      Classes labels = alphabet.classes_of(said[i]);
      labels.push_back(-1);
      fields.set("transcript", at::tensor(labels, at::kLong));
      const auto cases = metric->evaluate("clip", outputs, fields);
      if (i == 1) {
        EXPECT_EQ(cases.front().value, 1) << "nothing of it was read";
      }
    }
    EXPECT_NEAR(metric->over_all().front().value, theirs.at(name).item<double>(), 1e-12) << name;
    EXPECT_EQ(metric->over_all().front().metric, "audio." + std::string(name));
  }
}

TEST(WaveNormalise, LeavesTheSilenceBehindAClip) {
  Sample sample{"x", {}};
  at::Tensor wave = at::zeros({100});
  wave.narrow(0, 0, 60).copy_(at::randn({60}) * 3 + 2);
  sample.fields.set("wave", wave);
  sample.fields.set("samples", at::scalar_tensor(60, at::kLong));
  const at::Tensor out =
      testing::transformed("audio.wave_normalise", Json::object(), sample).fields.get("wave");
  EXPECT_NEAR(out.narrow(0, 0, 60).mean().item<double>(), 0, 1e-5);
  EXPECT_NEAR(out.narrow(0, 0, 60).var(false).item<double>(), 1, 1e-4);
  EXPECT_EQ(out.narrow(0, 60, 40).abs().max().item<float>(), 0);
}

}  // namespace
}  // namespace warmstart::audio
