// What language models pretrain on beside plain blocks: sentence pairs, questions with answers,
// corrupted spans; and the tables they are corrupted with.
#include <ATen/ATen.h>

#include <algorithm>
#include <set>

#include "core/data/prompts.h"
#include "plugins/text/io/denoising.h"
#include "plugins/text/io/passages.h"
#include "plugins/text/io/plain_tokenizers.h"
#include "plugins/text/io/question_answers.h"
#include "plugins/text/io/token_weights.h"
#include "tests/unit/core/torch_reference.h"
#include "text_files.h"

namespace warmstart::text {
namespace {

using testing::dataset;
using ::testing::ElementsAre;
using testing::Folder;
using ::testing::HasSubstr;
using testing::message_of;

/// A sample's tokens as people read them, padding left out.
std::string shown(const Dataset& data, std::int64_t index, const char* field = "tokens") {
  const at::Tensor tokens = data.get(index).fields.get(field);
  std::string text;
  for (std::int64_t i = 0; i < tokens.numel(); ++i) {
    const std::string piece = data.token_text(tokens[i].item<std::int64_t>());
    if (piece != "[PAD]") text += (text.empty() ? "" : " ") + piece;
  }
  return text;
}

TEST(Passages, AreHalvedNearTheMiddle) {
  EXPECT_EQ(halves_of("one two three"), (std::pair<std::string, std::string>{"one two", "three"}));
  EXPECT_EQ(halves_of("a b c\nd e f g h i j"),
            (std::pair<std::string, std::string>{"a b c", "d e f g h i j"}));
  EXPECT_EQ(halves_of("word").second, "");
}

Json pair_data(const Path& file, const std::string& pairs) {
  return {{"root", file.string()},
          {"pairs", pairs},
          {"length", 9},
          {"tokenizer", {{"type", "text.word"}, {"size", 60}}}};
}

constexpr const char* kDocuments = "a b\nc d\n\ne f\ng h\n\ni\n";

TEST(SentencePairs, GivesTextsAloneOrTheirHalves) {
  const Folder folder;
  const Path file = folder.file("t.txt", kDocuments);
  const auto alone = dataset("text.sentence_pairs", pair_data(file, "none"));
  ASSERT_EQ(alone->size(), 3);
  EXPECT_EQ(shown(*alone, 0), "[CLS] a b c d [SEP]");
  EXPECT_FALSE(alone->get(0).fields.has("class"));
  const auto swapped = dataset("text.sentence_pairs", pair_data(file, "sop"));
  ASSERT_EQ(swapped->size(), 4) << "the text of one word has no halves";
  EXPECT_EQ(shown(*swapped, 2), "[CLS] e f [SEP] g h [SEP]");
  EXPECT_EQ(shown(*swapped, 3), "[CLS] g h [SEP] e f [SEP]");
  EXPECT_EQ(swapped->get(2).fields.get("class").item<std::int64_t>(), 0);
  EXPECT_EQ(swapped->get(3).fields.get("class").item<std::int64_t>(), 1);
  const auto next = dataset("text.sentence_pairs", pair_data(file, "nsp"));
  EXPECT_EQ(shown(*next, 0), "[CLS] a b [SEP] c d [SEP]");
  EXPECT_EQ(shown(*next, 1), "[CLS] a b [SEP] g h [SEP]");
}

TEST(SentencePairs, CutsLongDocumentsIntoPassages) {
  const Folder folder;
  Json settings = pair_data(folder.file("t.txt", "a b c d e f g h i j k l\n"), "none");
  const auto data = dataset("text.sentence_pairs", settings);
  std::string all;
  for (std::int64_t i = 0; i < data->size(); ++i) all += shown(*data, i) + "\n";
  EXPECT_EQ(all, "[CLS] a b c d e f [SEP]\n[CLS] g h i j k l [SEP]\n");
  EXPECT_EQ(data->get(1).id, "t.txt:1.1");
  settings["pairs"] = "nsp";
  EXPECT_THAT(message_of([&] { dataset("text.sentence_pairs", settings); }),
              HasSubstr("too few texts of two words or more for pairs"));
  settings["root"] = folder.file("empty.txt", "\n\n").string();
  EXPECT_THAT(message_of([&] { dataset("text.sentence_pairs", settings); }),
              HasSubstr("the corpus is empty; " + settings["root"].get<std::string>()));
}

TEST(SentencePairs, GivesATableOfReplacements) {
  const Folder folder;
  Json settings = pair_data(folder.file("t.txt", "the cat the\n\nthe dog\n\nthe x\n"), "none");
  settings["replacements"] = "tfidf";
  const auto telling = dataset("text.sentence_pairs", settings);
  std::set<std::string> words;
  const Json tfidf = telling->facts()["replacements"];
  for (const Json& token : tfidf["tokens"])
    words.insert(telling->token_text(token.get<std::int64_t>()));
  EXPECT_THAT(words, ElementsAre("cat", "dog")) << "'the' is everywhere, 'x' is one character";
  settings["replacements"] = "unigram";
  const Json table = dataset("text.sentence_pairs", settings)->facts()["replacements"];
  EXPECT_EQ(table["source"], "unigram");
  EXPECT_EQ(table["weights"].size(), 4U);
  EXPECT_EQ(table["weights"][0], 4.0) << "the";
}

TEST(TokenWeights, EqualTheReferenceOnRandomDocuments) {
  std::vector<std::string> words;
  for (char a = 'a'; a <= 'z'; ++a) words.push_back(std::string(2, a));
  const TokenizerPointer tokenizer = train_words(words, 40, true);
  at::manual_seed(6);
  // Squares: some words are in nearly all documents, some in few.
  const at::Tensor documents = (at::rand({30, 12}).square() * 26).floor().to(at::kLong) + 5;
  std::vector<Tokens> lists;
  for (std::int64_t i = 0; i < 30; ++i) {
    lists.emplace_back();
    for (std::int64_t j = 0; j < 12; ++j)
      lists.back().push_back(static_cast<std::int32_t>(documents[i][j].item<std::int64_t>()));
  }
  const auto theirs = warmstart::testing::torch_reference("tfidf.py", {{"documents", documents}},
                                                          {{"vocabulary", tokenizer->size()}});
  ASSERT_FALSE(theirs.empty());
  const at::Tensor scores = theirs.at("scores");
  const TokenWeights all = tfidf_weights(lists, *tokenizer, 100);
  ASSERT_EQ(static_cast<std::int64_t>(all.tokens.size()), scores.gt(0).sum().item<std::int64_t>());
  for (std::size_t i = 0; i < all.tokens.size(); ++i)
    EXPECT_NEAR(all.weights[i], scores[all.tokens[i]].item<double>(), 1e-12);
  EXPECT_TRUE(std::is_sorted(all.weights.rbegin(), all.weights.rend()));
  EXPECT_EQ(tfidf_weights(lists, *tokenizer, 3).tokens,
            std::vector<std::int64_t>(all.tokens.begin(), all.tokens.begin() + 3));
}

constexpr const char* kRecords = R"([
{"question": "q1", "answer": "a1 b1", "tags": ["x"]}, {"question": "q2", "answer": "a2 b2", "tags": ["x", "y"]},
{"question": "q3", "answer": "a3 b3", "tags": ["z"]}, {"question": "q4", "answer": "a4 b4", "tags": ["y"]},
{"question": "q5", "answer": "a5", "tags": ["y"]}, {"question": "q6", "answer": " ", "tags": ["y"]},
{"question": "q7", "answer": "a1 b1", "tags": ["x"]}])";

Json answer_settings(const Path& file, const std::string& task) {
  return {{"root", file.string()},
          {"task", task},
          {"length", 8},
          {"tokenizer", {{"type", "text.word"}, {"size", 60}}}};
}

TEST(QuestionAnswers, PairsAnswersWithQuestionsOfTheSameTag) {
  const Folder folder;
  const auto data = dataset("text.question_answers",
                            answer_settings(folder.file("qa.json", kRecords), "qa_match"));
  ASSERT_EQ(data->size(), 10) << "q3 shares no tag, q6 has no answer";
  EXPECT_EQ(shown(*data, 0), "[CLS] q1 [SEP] a1 b1 [SEP]");
  EXPECT_EQ(data->get(0).fields.get("class").item<std::int64_t>(), 1);
  EXPECT_EQ(shown(*data, 1), "[CLS] q1 [SEP] a2 b2 [SEP]")
      << "the only other answer of the tag x; q7 has the same one";
  EXPECT_EQ(data->get(1).fields.get("class").item<std::int64_t>(), 0);
  for (std::int64_t i = 0; i < data->size(); ++i) {
    EXPECT_THAT(shown(*data, i), ::testing::Not(HasSubstr("a3")));
    EXPECT_EQ(shown(*data, i), shown(*data, i));
  }
}

TEST(QuestionAnswers, PairsTheHalvesOfAnswers) {
  const Folder folder;
  Json settings = answer_settings(folder.file("qa.json", kRecords), "answer_completion");
  settings["negatives"] = "random";
  const auto data = dataset("text.question_answers", settings);
  ASSERT_EQ(data->size(), 10) << "a5 has no halves";
  EXPECT_EQ(shown(*data, 4), "[CLS] a3 [SEP] b3 [SEP]");
  EXPECT_THAT(shown(*data, 5), ::testing::Not(HasSubstr("b3")));
}

TEST(QuestionAnswers, SaysWhatIsMissing) {
  const Folder folder;
  const auto refused = [&](const std::string& text) {
    return message_of([&] {
      dataset("text.question_answers", answer_settings(folder.file("qa.json", text), "qa_match"));
    });
  };
  EXPECT_THAT(refused(R"([{"question": "a", "answer": "b"}, {"question": "c", "answer": "d"}])"),
              HasSubstr("2 of 2 records share no tag with another"));
  EXPECT_THAT(refused(R"([{"question": "a", "answer": ""}, {"question": "c", "answer": "d"}])"),
              HasSubstr("1 of 2 records lack a question or an answer"));
  EXPECT_THAT(refused(R"([{"question": "a"}])"), HasSubstr("no text in the field 'answer'"));
  EXPECT_THAT(refused("{}"), HasSubstr("the file is no JSON list"));
  EXPECT_THAT(refused(R"([{"question": "a", "answer": "b", "tags": [1]}])"),
              HasSubstr("the field 'tags' holds something that is no text; " +
                        (folder.path() / "qa.json").string() + ", record 1"));
}

TEST(Classification, SharesAVocabularyTrainedOnOtherTexts) {
  const Folder folder;
  const Path qa = folder.file("qa.json", kRecords);
  Json settings{{"root", folder.file("t.txt", "1 q1 new\n0 a3\n").string()},
                {"tokenizer",
                 {{"type", "text.word"},
                  {"size", 60},
                  {"texts", qa.string()},
                  {"texts_fields", {"question", "answer"}}}}};
  const auto texts = dataset("text.classification", settings);
  EXPECT_EQ(shown(*texts, 0), "[CLS] q1 [UNK] [SEP]");
  Json answers = answer_settings(qa, "qa_match");
  answers["tokenizer"] = settings["tokenizer"];
  const auto pairs = dataset("text.question_answers", answers);
  for (std::int64_t token = 0; token < pairs->facts()["vocabulary"]; ++token)
    EXPECT_EQ(texts->token_text(token), pairs->token_text(token));
}

TEST(Classification, GivesEveryLabelOfATextATarget) {
  const Folder folder;
  Json settings{{"root", folder
                             .file("t.jsonl",
                                   "{\"text\": \"a\", \"labels\": [\"y\", \"x\"]}\n"
                                   "{\"text\": \"b\", \"labels\": []}\n")
                             .string()},
                {"text", {"text"}},
                {"label", "labels"},
                {"multilabel", true},
                {"tokenizer", {{"type", "text.word"}}}};
  const auto json = dataset("text.classification", settings);
  EXPECT_EQ(json->facts()["class_names"], (Json{"x", "y"}));
  EXPECT_TRUE(json->get(0).fields.get("target").equal(at::ones({2})));
  EXPECT_TRUE(json->get(1).fields.get("target").equal(at::zeros({2})));
  settings["root"] = folder.file("t.conll", "a\tB-LOC\nb\tO\nc\tB-LOC\n\nd\tB-PER\n").string();
  const auto tagged = dataset("text.classification", settings);
  EXPECT_EQ(tagged->facts()["class_names"], (Json{"LOC", "PER"}));
  EXPECT_TRUE(tagged->get(0).fields.get("target").equal(at::tensor({1.0F, 0.0F})));
}

TEST(Denoising, CutsSpansOfTheWantedNumberAndLength) {
  Random random(1);
  double total = 0;
  for (int i = 0; i < 300; ++i) {
    const auto spans = random_spans(64, 3, 0.15, random);
    ASSERT_EQ(spans.size(), 3U) << "round(64 * 0.15) = 10 tokens in round(10 / 3) spans";
    std::int64_t hidden = 0, before = -1;
    for (const TokenSpan& span : spans) {
      EXPECT_GT(span.first, before) << "no two spans touch, none stands at the start";
      EXPECT_GE(span.count, 1);
      before = span.first + span.count;
      hidden += span.count;
    }
    EXPECT_LE(before, 64);
    EXPECT_EQ(hidden, 10);
    total += static_cast<double>(spans[0].count);
  }
  EXPECT_NEAR(total / 300, 10.0 / 3, 0.3);
  EXPECT_EQ(random_spans(2, 64, 0.9, random).size(), 1U);
}

TEST(Denoising, ReplacesSpansBySentinels) {
  const DenoisingPair pair =
      corrupt_spans({10, 11, 12, 13, 14, 15}, {{1, 2}, {4, 1}}, {3, {90, 91}});
  EXPECT_THAT(pair.input, ElementsAre(10, 90, 13, 91, 15, 3));
  EXPECT_THAT(pair.target, ElementsAre(90, 11, 12, 91, 14, 3));
  EXPECT_THAT(message_of([] {
                corrupt_spans({1, 2, 3, 4}, {{1, 1}, {3, 1}}, {3, {90}});
              }),
              HasSubstr("2 spans needed, the tokenizer has 1 sentinels"));
}

Json corpus_with_sentinels(const Folder& folder) {
  return {{"root", folder.file("t.txt", "abcdefghabcdefghabcdefgh").string()},
          {"length", 8},
          {"sentinels", 3},
          {"mode_tokens", {"[NLU]", "[NLG]", "[S2S]"}},
          {"tokenizer", {{"type", "text.character"}}}};
}

Sample denoised(const Json& corpus, const Json& settings, std::uint64_t seed) {
  const auto data = dataset("text.corpus", corpus);
  const auto transform =
      create<Transform>({"text.mixture_of_denoisers", Value::from_json(settings), {}});
  transform->attach(data->facts());
  Sample sample = data->get(0);
  Random random(seed);
  transform->apply(sample, random);
  return sample;
}

std::vector<std::int64_t> used(const at::Tensor& row, std::int64_t end) {
  std::vector<std::int64_t> tokens;
  for (std::int64_t i = 0; i < row.numel(); ++i) {
    tokens.push_back(row[i].item<std::int64_t>());
    if (tokens.back() == end) break;
  }
  return tokens;
}

// Character tokens: 5 specials ([PAD] 0, [SEP] 3), a..h = 5..12; sentinels 13..15; modes 16..18.
TEST(MixtureOfDenoisers, AnnouncesEachKindAndShiftsTheTarget) {
  const Folder folder;
  const Json corpus = corpus_with_sentinels(folder);
  const Sample prefix = denoised(corpus, {{"prefix_share", 1}}, 1);
  const auto input = used(prefix.fields.get("tokens"), 3);
  const auto target = used(prefix.fields.get("target"), 3);
  EXPECT_EQ(input.front(), 18);
  EXPECT_EQ(input[input.size() - 2], 13);
  std::vector<std::int64_t> joined(input.begin() + 1, input.end() - 2);
  joined.insert(joined.end(), target.begin() + 1, target.end() - 1);
  EXPECT_THAT(joined, ElementsAre(5, 6, 7, 8, 9, 10, 11, 12));
  EXPECT_EQ(prefix.fields.get("mode").item<std::int64_t>(), 2);
  const auto hidden = static_cast<float>(target.size() - 2);  // sentinel and end
  EXPECT_EQ(prefix.fields.get("denoiser")[0].item<float>(), hidden);
  EXPECT_EQ(prefix.fields.get("denoiser")[1].item<float>(), hidden / 8);
  const at::Tensor decoder = prefix.fields.get("decoder_tokens");
  EXPECT_EQ(decoder[0].item<std::int64_t>(), 0);
  EXPECT_TRUE(decoder.slice(0, 1, static_cast<std::int64_t>(target.size()))
                  .equal(prefix.fields.get("target").slice(
                      0, 0, static_cast<std::int64_t>(target.size()) - 1)));
  EXPECT_EQ(prefix.fields.get("attention_mask").sum().item<std::int64_t>(),
            static_cast<std::int64_t>(input.size()));
  const Json causal_settings{{"prefix_share", 0}, {"causal_share", 1}};
  const Sample causal = denoised(corpus, causal_settings, 1);
  EXPECT_THAT(used(causal.fields.get("tokens"), 3), ElementsAre(3));
  EXPECT_THAT(used(causal.fields.get("target"), 3), ElementsAre(5, 6, 7, 8, 9, 10, 11, 12, 3));
  Json spans{{"prefix_share", 0}, {"mean_spans", {2}}, {"rates", {0.25}}};
  EXPECT_EQ(denoised(corpus, spans, 1).fields.get("tokens")[0].item<std::int64_t>(), 16);
  spans["rates"] = {0.5};
  const Sample much = denoised(corpus, spans, 1);
  EXPECT_EQ(much.fields.get("tokens")[0].item<std::int64_t>(), 17);
  spans["mode_tokens"] = Json::array();
  const Sample silent = denoised(corpus, spans, 1);
  EXPECT_TRUE(silent.fields.get("target").equal(much.fields.get("target")))
      << "the same spans with and without mode tokens";
}

/// Texts of eight tokens, some with padding after the third.
class UnequalTexts final : public Dataset {
 public:
  explicit UnequalTexts(std::int64_t every) : every_(every) {}
  std::int64_t size() const override { return 200; }
  Json facts() const override { return Json::object(); }
  Sample get(std::int64_t index) const override {
    Sample sample{"text " + std::to_string(index), {}};
    const bool is_short = index % every_ == 0;
    at::Tensor tokens = at::full({8}, 7, at::kLong), visible = at::ones({8}, at::kLong);
    if (is_short) tokens.slice(0, 3).fill_(0), visible.slice(0, 3).fill_(0);
    sample.fields.set("tokens", tokens);
    sample.fields.set("attention_mask", visible);
    return sample;
  }

 private:
  std::int64_t every_;
};

Source denoised_unequal_texts(std::int64_t every) {
  const auto transform = create<Transform>({"text.mixture_of_denoisers",
                                            Value::from_json({{"mean_spans", {4}},
                                                              {"rates", {0.5}},
                                                              {"prefix_share", 0},
                                                              {"mode_tokens", Json::array()}}),
                                            {}});
  transform->attach({{"pad_token", 0}, {"end_token", 3}, {"sentinels", {13, 14}}, {"length", 8}});
  return Source(std::make_shared<UnequalTexts>(every), {transform});
}

TEST(MixtureOfDenoisers, SkipsTextsShorterThanASpanUnlessTheyAreMany) {
  ::testing::internal::CaptureStderr();
  const Source few = denoised_unequal_texts(50);
  for (std::int64_t i = 0; i < few.size(); ++i) {
    const Sample sample = few.draw(i, 5);
    EXPECT_EQ(sample.id, "text " + std::to_string(i % 50 == 0 ? i + 1 : i));
    EXPECT_EQ(sample.fields.get("target").ne(-100).sum().item<std::int64_t>(), 1 + 4 + 1);
  }
  EXPECT_THAT(::testing::internal::GetCapturedStderr(),
              HasSubstr("4 of 154 samples drawn were skipped, the last because of: a text of 3 "
                        "tokens is shorter than one span of 4"));
  const Source many = denoised_unequal_texts(10);
  EXPECT_THAT(message_of([&] {
                for (std::int64_t i = 0; i < many.size(); ++i) many.draw(i, 5);
              }),
              HasSubstr("10 of 100 samples drawn were skipped"));
  EXPECT_THAT(
      message_of([] {
        create<Transform>({"text.mixture_of_denoisers", Value::from_json(Json::object()), {}})
            ->attach({{"pad_token", 0},
                      {"end_token", 3},
                      {"sentinels", {20, 21, 22, 23, 24, 25, 26, 27}},
                      {"length", 32},
                      {"mode_tokens", {{"[NLU]", 15}, {"[NLG]", 16}, {"[S2S]", 17}}}});
      }),
      HasSubstr("a text of 32 tokens is shorter than one span of 64"));
}

/// Of 32,100 tokens of the published T5, <extra_id_0> is number 32,099.
TEST(MixtureOfDenoisers, CountsDownWithT5sSentinels) {
  const Folder folder;
  Json corpus = corpus_with_sentinels(folder);
  corpus["sentinel_style"] = "t5";
  const auto data = dataset("text.corpus", corpus);
  EXPECT_EQ(data->facts()["sentinels"], Json({15, 14, 13}));
  EXPECT_EQ(data->facts()["vocabulary"], 19);
  EXPECT_EQ(data->token_text(15), "<extra_id_0>");
  EXPECT_EQ(data->token_text(13), "<extra_id_2>");
  EXPECT_EQ(data->token_text(16), "[NLU]");
  const auto* prompts = dynamic_cast<const Prompts*>(data.get());
  ASSERT_NE(prompts, nullptr);
  EXPECT_EQ(prompts->tokens_of("a<extra_id_0>b<extra_id_1>"),
            (std::vector<std::int64_t>{5, 15, 6, 14}));
  const Sample spans = denoised(
      corpus,
      {{"prefix_share", 0}, {"mean_spans", {1}}, {"rates", {0.25}}, {"mode_tokens", Json::array()}},
      1);
  const auto input = used(spans.fields.get("tokens"), 3),
             target = used(spans.fields.get("target"), 3);
  EXPECT_EQ(target.front(), 15);
  EXPECT_LT(std::find(input.begin(), input.end(), 15), std::find(input.begin(), input.end(), 14));
  EXPECT_NE(std::find(target.begin(), target.end(), 14), target.end());
}

TEST(MixtureOfDenoisers, SaysWhatDoesNotFit) {
  const Folder folder;
  const Json corpus = corpus_with_sentinels(folder);
  const auto refused = [&](const Json& of, const Json& settings) {
    return message_of([&] { denoised(of, settings, 1); });
  };
  EXPECT_THAT(refused(corpus, {{"mode_tokens", {"[NLU]", "[XLM]", "[S2S]"}}}),
              HasSubstr("mode token '[XLM]' is not in the vocabulary (known: [NLU],[NLG],[S2S])"));
  EXPECT_THAT(refused(corpus, {{"mean_spans", {1}}, {"rates", {0.5}}}),
              HasSubstr("4 spans needed, the tokenizer has 3 sentinels"));
  EXPECT_THAT(refused(corpus, {{"mean_spans", {3}}}), HasSubstr("1 mean_spans for 6 rates"));
  EXPECT_THAT(refused(corpus, {{"prefix_share", 0.7}, {"causal_share", 0.7}}),
              HasSubstr("make the shares sum to 1"));
  Json plain = corpus;
  plain["sentinels"] = 0;
  EXPECT_THAT(refused(plain, Json::object()), HasSubstr("or no sentinels"));
}

}  // namespace
}  // namespace warmstart::text
