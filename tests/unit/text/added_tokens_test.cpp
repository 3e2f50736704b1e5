// Added tokens, special tokens and patterns of words in a tokenizer.json: what each flag and name
// does to a text, worked out by hand from the rules of the library that writes such files.
#include "core/base/log.h"
#include "plugins/text/io/byte_level.h"
#include "plugins/text/io/vocabulary.h"
#include "tokenizer_files.h"

namespace warmstart::text {
namespace {

using ::testing::ElementsAre;
using testing::Folder;
using ::testing::HasSubstr;
using testing::message_of;
using testing::named_tokens;
using ::testing::Not;
using testing::read_tokenizer;

/// Byte-level pieces "l" to "low", a word that no merges make, and a few added tokens.
Json byte_json(const Json& added = Json::array()) {
  Json json = Json::parse(R"({
    "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false},
    "model": {"type": "BPE", "merges": ["l o", "lo w", "\u0120 low", "o w"],
      "vocab": {"l": 0, "o": 1, "w": 2, "\u0120": 3, "lo": 4, "low": 5, "\u0120low": 6, "e": 7,
                "ow": 8, "lol": 9}}})");
  json["added_tokens"] = added;
  return json;
}

Json added_token(int id, const std::string& content, const Json& flags) {
  Json token{{"id", id},        {"content", content},  {"single_word", false}, {"lstrip", false},
             {"rstrip", false}, {"normalized", false}, {"special", true}};
  token.update(flags);
  return token;
}

Json split_json(const std::string& regex) {
  Json json = byte_json();
  json["pre_tokenizer"] = {{"type", "Sequence"}};
  json["pre_tokenizer"]["pretokenizers"] =
      Json::array({{{"type", "Split"}, {"pattern", {{"Regex", regex}}}, {"behavior", "Isolated"}},
                   {{"type", "ByteLevel"}, {"add_prefix_space", false}, {"use_regex", false}}});
  return json;
}

constexpr const char* kQwen2Words = R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N})"
                                    R"(| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";

TEST(PublishedTokenizers, KnowTheirPatternsAndQuoteAnotherOne) {
  const Folder folder;
  EXPECT_EQ(word_pattern(kQwen2Words), WordPattern::kQwen2);
  EXPECT_THAT(named_tokens(*read_tokenizer(folder, split_json(kQwen2Words)), "low low"),
              ElementsAre("low", "\u0120low"));
  const std::string lines = "low!\nlow\nlow";
  EXPECT_EQ(read_tokenizer(folder, split_json(kQwen2Words))->cut(lines, 1), 8U) << "!\\n is a word";
  EXPECT_EQ(read_tokenizer(folder, byte_json())->cut(lines, 1), 4U);
  EXPECT_THAT(message_of([&] { read_tokenizer(folder, split_json("\\w+|x")); }),
              HasSubstr("the pattern of words '\\w+|x' is not known"));
  Json prefixed = split_json(kQwen2Words);
  prefixed["pre_tokenizer"]["pretokenizers"][1]["use_regex"] = true;
  EXPECT_THAT(message_of([&] { read_tokenizer(folder, prefixed); }),
              HasSubstr("pre_tokenizer.use_regex is true after a Split"));
}

TEST(PublishedTokenizers, MayTakeAWordOfTheVocabularyWhateverTheMergesSay) {
  const Folder folder;
  Json json = byte_json();
  EXPECT_THAT(named_tokens(*read_tokenizer(folder, json), "lol"), ElementsAre("lo", "l"));
  json["model"]["ignore_merges"] = true;
  EXPECT_THAT(named_tokens(*read_tokenizer(folder, json), "lol"), ElementsAre("lol"));
}

TEST(AddedTokens, TakeTheSpacesThatTheirFlagsName) {
  const Folder folder;
  const auto names = [&](const Json& flags, const std::string& text) {
    return named_tokens(
        *read_tokenizer(folder, byte_json(Json::array({added_token(10, "<mask>", flags)}))), text);
  };
  const std::string space = "\u0120", text = "low  <mask>  low";
  EXPECT_THAT(names(Json::object(), text),
              ElementsAre("low", space, space, "<mask>", space, "\u0120low"));
  EXPECT_THAT(names({{"lstrip", true}}, text), ElementsAre("low", "<mask>", space, "\u0120low"));
  EXPECT_THAT(names({{"rstrip", true}}, text), ElementsAre("low", space, space, "<mask>", "low"));
  EXPECT_THAT(names({{"lstrip", true}, {"rstrip", true}}, " <mask> \u3000<mask>\n"),
              ElementsAre("<mask>", "<mask>"));
  const Json taking = Json::array({added_token(10, "<mask>", {{"rstrip", true}})});
  EXPECT_EQ(read_tokenizer(folder, byte_json(taking))->cut("low\nlow", 1), 7U)
      << "the token before may take the line end";
}

TEST(AddedTokens, OfASingleWordLeaveLongerWordsAlone) {
  const Folder folder;
  const auto read = read_tokenizer(
      folder, byte_json(Json::array({added_token(10, "we", {{"single_word", true}})})));
  EXPECT_THAT(named_tokens(*read, "we owe wee"),
              ElementsAre("we", "\u0120", "ow", "e", "\u0120", "w", "e", "e"));
  EXPECT_THAT(named_tokens(*read, "(we)"), ElementsAre("we"));
  EXPECT_THAT(named_tokens(*read, "_we \u00e9we we\u0301"),
              ElementsAre("w", "e", "\u0120", "w", "e", "\u0120", "w", "e"));
}

TEST(AddedTokens, AreLookedForBeforeOrAfterNormalisation) {
  const Folder folder;
  const auto names = [&](bool normalized, const std::string& text) {
    Json json = byte_json(Json::array(
        {added_token(10, "e\u0301", {{"normalized", normalized}, {"special", false}})}));
    json["normalizer"] = {{"type", "NFC"}};
    return named_tokens(*read_tokenizer(folder, json), text);
  };
  EXPECT_THAT(names(true, "low\u00e9"), ElementsAre("low", "e\u0301"));
  EXPECT_THAT(names(true, "lowe\u0301"), ElementsAre("low", "e\u0301"));
  EXPECT_THAT(names(false, "low\u00e9"), ElementsAre("low"));
  EXPECT_THAT(names(false, "lowe\u0301"), ElementsAre("low", "e\u0301"));
}

TEST(AddedTokens, ThatAreNotSpecialStayInDecodedText) {
  const Folder folder;
  const auto read = read_tokenizer(
      folder, byte_json(Json::array({added_token(10, "<a b>", {{"special", false}}),
                                     added_token(11, "<|endoftext|>", Json::object())})));
  EXPECT_EQ(read->decode(read->encode("low<a b> low<|endoftext|>")), "low<a b> low");
}

Json bert_json(bool with_added) {
  Json json = Json::parse(R"({
    "normalizer": {"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true,
                   "strip_accents": null, "lowercase": true},
    "pre_tokenizer": {"type": "BertPreTokenizer"},
    "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
      "max_input_chars_per_word": 100, "vocab": {"[PAD]": 0, "[UNK]": 1, "un": 2, "##aff": 3,
      "##able": 4, "[MASK]": 5, "[SEP]": 6, "[CLS]": 7, "Covid": 8}}})");
  if (with_added) {
    json["added_tokens"] = Json::array({added_token(5, "[MASK]", {{"lstrip", true}}),
                                        added_token(6, "[SEP]", Json::object()),
                                        added_token(8, "Covid", {{"normalized", true}})});
  }
  return json;
}

TEST(WordPiece, KeepsAddedTokensWhole) {
  const Folder folder;
  const auto plain = read_tokenizer(folder, bert_json(false)),
             added = read_tokenizer(folder, bert_json(true));
  EXPECT_THAT(added->encode("un [MASK]Unaffable[SEP]x"), ElementsAre(2, 5, 2, 3, 4, 6, 1));
  EXPECT_THAT(added->encode("[mask] un COVID"), ElementsAre(1, 1, 1, 2, 8));
  EXPECT_THAT(plain->encode("[MASK] Covid"), ElementsAre(1, 1, 1, 1));
  EXPECT_EQ(added->decode(added->encode("un [MASK][SEP]")), "un [MASK]");
  EXPECT_NE(added->rules(), plain->rules()) << "the cache must keep their tokens apart";
  EXPECT_EQ(added->special().begin, 7);
  EXPECT_EQ(added->special().end, 6);
}

TEST(Vocabulary, KnowsSpecialTokensByThePublishedNames) {
  const auto roles = [](const std::vector<std::string>& pieces) {
    const Vocabulary vocabulary(pieces, "test");
    const SpecialTokens found =
        special_tokens_by_name([&](const std::string& name) { return vocabulary.find(name); });
    return Tokens{found.pad, found.unknown, found.begin, found.end, found.mask};
  };
  EXPECT_THAT(roles({"[CLS]", "[SEP]", "[MASK]", "[PAD]", "[UNK]"}), ElementsAre(3, 4, 0, 1, 2));
  EXPECT_THAT(roles({"<s>", "<pad>", "</s>", "<unk>", "<mask>"}), ElementsAre(1, 3, 0, 2, 4));
  EXPECT_THAT(roles({"<|end_of_text|>", "<|begin_of_text|>"}), ElementsAre(-1, -1, 1, 0, -1));
  EXPECT_THAT(roles({"<pad>", "<eos>", "<bos>", "<unk>"}), ElementsAre(0, 3, 2, 1, -1));
  EXPECT_THAT(roles({"<|im_start|>", "<|im_end|>"}), ElementsAre(-1, -1, 0, 1, -1));
  EXPECT_THAT(roles({"<|im_end|>", "<|endoftext|>"}), ElementsAre(-1, -1, 1, 1, -1));
  EXPECT_THAT(roles({"a"}), ElementsAre(-1, -1, -1, -1, -1));
}

TEST(PublishedTokenizers, TakeAPieceThatMergesMakeForText) {
  const Folder folder;
  Json json = byte_json();
  json["model"]["vocab"].update({{"<", 10}, {">", 11}, {"s", 12}, {"<s", 13}, {"<s>", 14}});
  EXPECT_EQ(read_tokenizer(folder, json)->special().begin, 14);
  for (const char* merge : {"< s", "<s >"}) json["model"]["merges"].push_back(merge);
  EXPECT_EQ(read_tokenizer(folder, json)->special().begin, -1);
  json["added_tokens"].push_back(added_token(14, "<s>", Json::object()));
  EXPECT_EQ(read_tokenizer(folder, json)->special().begin, 14);
}

TEST(PublishedTokenizers, AreReadWithoutTheirRulesForBatchesAndTheLogSaysSo) {
  const Folder folder;
  const auto log_of = [&](const Json& json) {
    start_log({folder / "log.txt", LogLevel::kInfo, LogLevel::kNothing});
    const Tokens tokens = read_tokenizer(folder, json)->encode("un");
    stop_log();
    EXPECT_THAT(tokens, ElementsAre(2));
    const std::string log = read_file(folder / "log.txt");
    std::filesystem::remove(folder / "log.txt");
    return log;
  };
  Json json = bert_json(true);
  EXPECT_THAT(log_of(json), Not(HasSubstr("without its")));
  json["padding"] = Json::parse(R"({"strategy": "BatchLongest", "pad_id": 0})");
  EXPECT_THAT(log_of(json), HasSubstr("tokenizer.json: read without its padding;"));
  json["truncation"] = Json::parse(R"({"max_length": 1, "strategy": "LongestFirst", "stride": 0})");
  const std::string both = log_of(json);
  EXPECT_THAT(both, HasSubstr("read without its truncation and padding;"));
  EXPECT_EQ(both.find("without its"), both.rfind("without its")) << both;
}

}  // namespace
}  // namespace warmstart::text
