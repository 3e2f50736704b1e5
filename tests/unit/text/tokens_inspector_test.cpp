// The inspector `tokens` on texts: pieces, marks and what is written after a prompt.
#include "core/data/prompts.h"
#include "core/inspect/inspector.h"
#include "core/models/generation.h"
#include "core/optim/optimizer.h"
#include "tests/unit/core/torch_reference.h"
#include "text_files.h"

namespace warmstart::text {
namespace {

using testing::Folder;
using ::testing::HasSubstr;
using warmstart::testing::make;

Json corpus_settings(const Folder& folder) {
  return {{"root", folder.file("t.txt", "abcdabdcaabbcdcd").string()},
          {"length", 8},
          {"sentinels", 2},
          {"mode_tokens", {"[S2S]"}},
          {"tokenizer", {{"type", "text.character"}}}};
}

Json captured(const Dataset& corpus, Model& model, const std::string& settings) {
  const auto inspector = make<Inspector>("tokens", settings);
  inspector->attach(corpus);
  const auto objective = make<Objective>("next_token");
  Context context{.model = model, .seed = 1};
  return inspector
      ->capture(collate({corpus.get(0), corpus.get(1)}), {"a", "b"}, *objective, context)
      .header;
}

TEST(TokensInspector, NamesTheTokensAndWritesOnFromAPrompt) {
  const Folder folder;
  const auto corpus = testing::dataset("text.corpus", corpus_settings(folder));
  const std::int64_t vocabulary = corpus->facts().at("vocabulary");
  at::manual_seed(4);
  const auto model =
      make<Model>("gpt_decoder",
                  "{width: 8, heads: 2, depth: 1, max_length: 8, initial_deviation: 0.5, "
                  "vocabulary: " +
                      std::to_string(vocabulary) + "}");
  const Json header = captured(*corpus, *model, "{prompts: [ab, 'c[S2S]'], length: 12}");
  const std::int64_t first = corpus->get(0).fields.get("tokens")[0].item<std::int64_t>();
  EXPECT_EQ(header["pieces"][std::to_string(first)], "a");
  EXPECT_EQ(header["marks"],
            Json({4, vocabulary - 3, vocabulary - 2, vocabulary - 1}));  // mask, sentinels, mode
  ASSERT_EQ(header["generated"].size(), 2U);
  EXPECT_EQ(header["generated"][0]["prompt"], "ab");
  const auto& prompts = dynamic_cast<const Prompts&>(*corpus);
  GenerationSettings settings{.tokens = 12, .seed = mix_seed(0, "tokens")};
  settings.end = prompts.end_token();
  const auto tokens = generate(*model, prompts.tokens_of("ab"), settings);
  EXPECT_EQ(header["generated"][0]["text"], prompts.text_of(tokens));
  EXPECT_EQ(captured(*corpus, *model, "{prompts: [ab, 'c[S2S]'], length: 12}"), header)
      << "the same text at each capture of an unchanged model";
  EXPECT_FALSE(captured(*corpus, *model, "{}").contains("generated"));
}

/// A training step on blocks of a stream, then what `warmstart predict` does with it.
TEST(Stream, IsTrainedOnAndWritesOnFromPrompts) {
  const Folder folder;
  for (int i = 0; i < 8; ++i)
    folder.file("d/" + std::to_string(i) + ".jsonl",
                Json{{"text", "abcdabdcaabbcdcd"}}.dump() + "\n" +
                    Json{{"text", "dcbaabcdabcdabcd"}}.dump() + "\n");
  const auto data = testing::dataset("text.stream", {{"root", (folder.path() / "d").string()},
                                                     {"length", 12},
                                                     {"tokenizer", {{"type", "text.character"}}}});
  at::manual_seed(4);
  const auto model = make<Model>(
      "gpt_decoder", "{width: 16, heads: 2, depth: 1, max_length: 12, vocabulary: " +
                         std::to_string(data->facts().at("vocabulary").get<int>()) + "}");
  const auto objective = make<Objective>("next_token");
  const auto optimizer = make<Optimizer>("adamw", "{learning_rate: 0.01}");
  std::vector<std::pair<std::string, at::Tensor>> parameters;
  for (const auto& item : model->named_parameters())
    parameters.emplace_back(item.key(), item.value());
  optimizer->attach(parameters);
  const Batch batch = collate({data->get(0), data->get(1), data->get(2)});
  Context context{.model = *model, .seed = 1};
  std::vector<double> losses;
  for (int step = 0; step < 10; ++step) {
    for (auto& [name, parameter] : parameters) parameter.mutable_grad().reset();
    const Loss loss = objective->evaluate(batch, context);
    loss.total.backward();
    optimizer->step(1.0);
    losses.push_back(loss.total.item<double>());
  }
  EXPECT_LT(losses.back(), losses.front() - 0.1);
  const auto asked = data->for_files({folder.file("p.txt", "abc\ndd\n").string()});
  const auto& prompts = dynamic_cast<const Prompts&>(*asked);
  ASSERT_EQ(prompts.prompts(), 2);
  EXPECT_EQ(prompts.prompt(0), prompts.tokens_of("abc"));
  EXPECT_EQ(prompts.text_of(prompts.prompt(1)), "dd");
  const auto written = generate(*model, prompts.prompt(0), {.tokens = 5});
  prompts.save_continuation(0, written, folder.path());
  EXPECT_EQ(prompts.save_continuation(1, {}, folder.path()).size(), 2U);
  const std::string lines = read_file(folder.path() / "generated.jsonl");
  EXPECT_EQ(Json::parse(lines.substr(0, lines.find('\n')))["text"], prompts.text_of(written));
  const Json header = captured(*data, *model, "{prompts: [ab], length: 4}");
  EXPECT_EQ(header["generated"][0]["prompt"], "ab");
}

TEST(TokensInspector, RefusesPromptsForDataThatCannotReadThem) {
  const Folder folder;
  const auto texts = testing::dataset("text.classification",
                                      {{"root", folder.file("t.txt", "0 a b\n1 c d\n").string()}});
  EXPECT_THAT(
      testing::message_of([&] { make<Inspector>("tokens", "{prompts: [a]}")->attach(*texts); }),
      HasSubstr("the watched data cannot read a prompt"));
}

TEST(WordContinuations, FollowTheTokenizersMarks) {
  const Folder folder;
  const std::string text = "0 singing sings ringing rings\n1 singer ringer king kings\n";
  const auto pieces_of = [&](const char* tokenizer, int size) {
    const auto texts = testing::dataset("text.classification",
                                        {{"root", folder.file("t.txt", text).string()},
                                         {"tokenizer", {{"type", tokenizer}, {"size", size}}}});
    std::vector<std::string> pieces;
    for (const Json& token : texts->facts().value("word_continuations", Json::array()))
      pieces.push_back(texts->token_text(token));
    return pieces;
  };
  const std::vector<std::string> word_pieces = pieces_of("text.wordpiece", 30);
  ASSERT_FALSE(word_pieces.empty());
  for (const std::string& piece : word_pieces) EXPECT_TRUE(piece.starts_with("##")) << piece;
  EXPECT_TRUE(pieces_of("text.word", 30).empty());
  const std::vector<std::string> later_pieces = pieces_of("text.sentencepiece", 24);
  ASSERT_FALSE(later_pieces.empty());
  for (const std::string& piece : later_pieces)
    EXPECT_FALSE(piece.starts_with("\u2581") || piece.starts_with("[")) << piece;
}

}  // namespace
}  // namespace warmstart::text
