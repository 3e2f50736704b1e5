// The inspector `tokens` on texts: pieces, marks and what is written after a prompt.
#include "core/data/prompts.h"
#include "core/inspect/inspector.h"
#include "core/models/generation.h"
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
