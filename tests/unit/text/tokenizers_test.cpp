// Tokenizers: known vectors, training, files of published tokenizers, what they refuse.
#include <atomic>
#include <set>
#include <sstream>

#include "core/base/random.h"
#include "core/base/utf8.h"
#include "plugins/text/io/byte_level.h"
#include "plugins/text/io/cache.h"
#include "plugins/text/io/encoding.h"
#include "plugins/text/io/merge_learner.h"
#include "plugins/text/io/plain_tokenizers.h"
#include "plugins/text/io/sentencepiece_tokenizer.h"
#include "plugins/text/io/tokenizer_json.h"
#include "plugins/text/io/unicode.h"
#include "plugins/text/io/wordpiece.h"
#include "text_files.h"

namespace warmstart::text {
namespace {

using ::testing::ElementsAre;
using testing::Folder;
using ::testing::HasSubstr;
using testing::message_of;

std::vector<std::string> pieces_of(const Tokenizer& tokenizer, const std::string& text) {
  std::vector<std::string> pieces;
  for (const std::int32_t token : tokenizer.encode(text)) pieces.push_back(tokenizer.piece(token));
  return pieces;
}

TEST(Tokenizers, BytesAndCharactersComeBackAsTheyWere) {
  const std::string text = "Gr\xc3\xbc\xc3\x9f \xf0\x9f\x98\x80\n";
  const auto bytes = byte_tokenizer();
  EXPECT_EQ(bytes->encode(text).size(), text.size());
  EXPECT_EQ(bytes->encode("A").front(), 5 + 'A');
  EXPECT_EQ(bytes->decode(bytes->encode(text)), text);
  const auto characters = train_characters({text});
  EXPECT_EQ(characters->size(), 5 + 7);
  EXPECT_EQ(characters->decode(characters->encode(text)), text);
  EXPECT_EQ(characters->encode("x").front(), characters->special().unknown);
}

TEST(Tokenizers, WordsAreTheMostFrequentOnes) {
  const auto words = train_words({"The cat. The dog. A cat?"}, 8, true);
  EXPECT_EQ(words->size(), 8);
  EXPECT_THAT(pieces_of(*words, "the CAT. dog"), ElementsAre("the", "cat", ".", "[UNK]"));
}

TEST(Unicode, BasicWordsFollowBertsRules) {
  const auto words = [](const std::string& text, const BasicWords& rules = {}) {
    std::vector<std::string> out;
    for (const auto& word : basic_words(text, rules)) out.push_back(utf8(word));
    return out;
  };
  EXPECT_THAT(words(" \tHeLLo!how  \n Are yoU?  "),
              ElementsAre("hello", "!", "how", "are", "you", "?"));
  EXPECT_THAT(words("H\u00e9llo \u00c4rger"), ElementsAre("hello", "arger"));
  EXPECT_THAT(words("ah\u535a\u63a8zz"), ElementsAre("ah", "\u535a", "\u63a8", "zz"));
  EXPECT_THAT(words("I\u0130 \u0131", {.turkish = true, .strip_accents = false}),
              ElementsAre("\u0131i", "\u0131"));
  EXPECT_THAT(words("H\u00c4 Lo", {.lower = false}), ElementsAre("H\u00c4", "Lo"));
}

TEST(WordPiece, CutsTheLongestPiecesFromTheLeft) {
  const Folder folder;
  const Path file = folder.file(
      "vocab.txt", "[UNK]\n[CLS]\n[SEP]\nwant\n##want\n##ed\nwa\nun\nrunn\n##ing\n,\nlow\n");
  const auto bert = wordpiece_from_file(file, {});
  EXPECT_THAT(pieces_of(*bert, "UNwant\u00e9d,running"),
              ElementsAre("un", "##want", "##ed", ",", "runn", "##ing"));
  EXPECT_THAT(bert->encode("unwantedX running"), ElementsAre(0, 8, 9));
  EXPECT_EQ(bert->decode(bert->encode("unwanted, running")), "unwanted , running");
  EXPECT_EQ(bert->special().begin, 1);
  EXPECT_EQ(bert->special().mask, -1);
  EXPECT_THAT(message_of([&] { wordpiece_from_file(folder.file("v", "a\nb\n"), {}); }),
              HasSubstr("the vocabulary has no '[UNK]'"));
  EXPECT_THAT(message_of([&] { wordpiece_from_file(folder.file("v", "[UNK]\na\na\n"), {}); }),
              HasSubstr("the piece 'a' stands twice"));
}

// The worked example of Sennrich et al. 2016.
TEST(WordPiece, LearnsTheMergesOfThePublishedExample) {
  const auto split = [](const std::string& word, std::int64_t count) {
    SplitWord out{{}, count};
    for (const char c : word) out.pieces.emplace_back(1, c);
    out.pieces.back() += "</w>";
    return out;
  };
  const auto merges = learn_merges(
      {split("low", 5), split("lower", 2), split("newest", 6), split("widest", 3)}, 3, 1, "");
  EXPECT_THAT(merges, ElementsAre("es", "est</w>", "lo"));
}

TEST(WordPiece, TrainsAVocabularyThatReadsItsOwnText) {
  const std::vector<std::string> texts{"low low low lower lower newest newest widest", "low"};
  const auto trained = train_wordpiece(texts, 24, {});
  EXPECT_LE(trained->size(), 24);
  EXPECT_THAT(pieces_of(*trained, "low"), ElementsAre("low"));
  for (const std::string& text : texts) EXPECT_EQ(trained->decode(trained->encode(text)), text);
  EXPECT_EQ(trained->saved(), train_wordpiece(texts, 24, {})->saved());
  EXPECT_THAT(message_of([&] { train_wordpiece(texts, 10, {}); }), HasSubstr("has no room for"));
}

std::string some_text() {
  std::string text;
  for (int i = 0; i < 200; ++i) {
    text += "the quick brown fox number " + std::to_string(i * 37 % 101) +
            " jumps over the lazy dog\nof gr\u00fc\u00dfe and \u00e7içek\n";
  }
  return text;
}

TEST(SentencePiece, GivesTheTokensOfItsOwnPythonPackage) {
  const Folder folder;
  for (const char* kind : {"bpe", "unigram"}) {
    const auto trained = train_sentencepiece({some_text()}, 80, kind);
    const Path model = folder.file("m.model", trained->saved());
    const std::string line = "the lazy fox jumps over 37 gr\u00fc\u00dfe z\u00e9bras";
    const Path text = folder.file("t.txt", line + "\n");
    const Path out = folder.path() / "out.txt";
    const std::string command = "/usr/bin/python3 " WARMSTART_SOURCE_DIR
                                "/tests/reference/sentencepiece_tokens.py " +
                                model.string() + " " + text.string() + " > " + out.string();
    ASSERT_EQ(std::system(command.c_str()), 0);
    std::istringstream numbers(read_file(out));
    const Tokens theirs{std::istream_iterator<std::int32_t>(numbers), {}};
    const Tokens ours = sentencepiece_from_file(model)->encode(line);
    EXPECT_EQ(ours, theirs) << kind;
    EXPECT_GT(ours.size(), 5U);
    EXPECT_EQ(trained->special().mask, trained->encode("x").empty() ? -1 : 4);
    EXPECT_EQ(trained->saved(), train_sentencepiece({some_text()}, 80, kind)->saved());
    EXPECT_EQ(trained->decode(trained->encode("the lazy dog")), "the lazy dog");
  }
}

TEST(SentencePiece, GivesALongTextTheTokensOfOneCall) {
  const Folder folder;
  std::string text;
  for (int i = 0; i < 200; ++i) {
    text += i % 7 == 0 ? "\n  the lazy \n\n" : "jumps over " + std::to_string(i) + " foxes";
    text += i % 3 == 0 ? " \n\t" : "\n";
  }
  for (const char* kind : {"bpe", "unigram"}) {
    const Path model =
        folder.file("m.model", train_sentencepiece({some_text()}, 80, kind)->saved());
    const Path out = folder.path() / "out.txt";
    const std::string command =
        "/usr/bin/python3 " WARMSTART_SOURCE_DIR "/tests/reference/sentencepiece_tokens.py " +
        model.string() + " " + folder.file("t.txt", text).string() + " whole > " + out.string();
    ASSERT_EQ(std::system(command.c_str()), 0);
    std::istringstream numbers(read_file(out));
    const Tokens theirs{std::istream_iterator<std::int32_t>(numbers), {}};
    ASSERT_GT(theirs.size(), 1500U);
    EXPECT_EQ(sentencepiece_from_file(model)->encode(text), theirs) << kind;
  }
}

TEST(SentencePiece, RefusesAFileThatIsNoModel) {
  const Folder folder;
  EXPECT_THAT(message_of([&] { sentencepiece_from_file(folder.file("m.model", "nonsense")); }),
              HasSubstr("not a SentencePiece model"));
  EXPECT_THAT(message_of([&] { train_sentencepiece({some_text()}, 6, "bpe"); }),
              HasSubstr("SentencePiece could not train"));
}

TEST(ByteLevel, CutsWordsAsGpt2Does) {
  EXPECT_THAT(byte_level_words("I'll go,  we've  2 \u00e4pfel!!\n\n x "),
              ElementsAre("I", "'ll", " go", ",", " ", " we", "'ve", " ", " 2", " \u00e4pfel", "!!",
                          "\n\n", " x", " "));
  EXPECT_THAT(byte_level_words("a\n\tb"), ElementsAre("a", "\n", "\t", "b"));
  EXPECT_THAT(byte_level_words("'S don't"), ElementsAre("'", "S", " don", "'t"));
  EXPECT_EQ(to_byte_characters(" \n\u00e9"), "\u0120\u010a\u00c3\u00a9");
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all.push_back(static_cast<char>(byte));
  EXPECT_EQ(from_byte_characters(to_byte_characters(all)), all);
}

Json byte_pair_json() {
  return Json::parse(R"({
    "version": "1.0", "truncation": null, "padding": null, "normalizer": null,
    "added_tokens": [{"id": 9, "content": "<|endoftext|>", "single_word": false, "lstrip": false,
                      "rstrip": false, "normalized": false, "special": true}],
    "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false, "use_regex": true},
    "post_processor": null, "decoder": {"type": "ByteLevel"},
    "model": {"type": "BPE", "dropout": null, "unk_token": null,
      "vocab": {"l": 0, "o": 1, "w": 2, "\u0120": 3, "lo": 4, "low": 5, "\u0120low": 6, "e": 7,
                "ow": 8},
      "merges": ["l o", "lo w", "\u0120 low", "o w"]}})");
}

TEST(TokenizerJson, ReadsByteLevelMerges) {
  const Folder folder;
  const auto gpt = tokenizer_from_json(folder.file("t.json", byte_pair_json().dump()));
  EXPECT_EQ(gpt->size(), 10);
  EXPECT_THAT(pieces_of(*gpt, "low low owe<|endoftext|>lo"),
              ElementsAre("low", "\u0120low", "\u0120", "ow", "e", "<|endoftext|>", "lo"));
  EXPECT_EQ(gpt->decode(gpt->encode("low low<|endoftext|>")), "low low");
  EXPECT_EQ(gpt->special().end, 9);
  Json pairs = byte_pair_json();
  pairs["model"]["merges"][0] = {"l", "o"};
  EXPECT_EQ(tokenizer_from_json(folder.file("p.json", pairs.dump()))->encode("low"),
            gpt->encode("low"));
}

TEST(TokenizerJson, ReadsWordPieceWithBertsRules) {
  const Folder folder;
  const Json bert = Json::parse(R"({
    "normalizer": {"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true,
                   "strip_accents": null, "lowercase": true},
    "pre_tokenizer": {"type": "BertPreTokenizer"}, "added_tokens": [],
    "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
      "max_input_chars_per_word": 100, "vocab": {"[PAD]": 0, "[UNK]": 1, "un": 2, "##aff": 3,
      "##able": 4}}})");
  const auto read = tokenizer_from_json(folder.file("t.json", bert.dump()));
  EXPECT_THAT(read->encode("Unaffable x"), ElementsAre(2, 3, 4, 1));
}

TEST(TokenizerJson, RefusesWhatItWouldTokenizeOtherwise) {
  const Folder folder;
  const auto message = [&](const std::string& pointer, const Json& value) {
    Json json = byte_pair_json();
    json[Json::json_pointer(pointer)] = value;
    const Path file = folder.file("t.json", json.dump());
    return message_of([&] { tokenizer_from_json(file); });
  };
  EXPECT_THAT(message("/model/type", "Unigram"), HasSubstr("model.type is 'Unigram'"));
  EXPECT_THAT(message("/model/byte_fallback", true), HasSubstr("'model.byte_fallback' = true"));
  EXPECT_THAT(message("/pre_tokenizer/type", "Whitespace"), HasSubstr("\"Whitespace\""));
  EXPECT_THAT(message("/normalizer", {{"type", "NFKC"}}),
              HasSubstr("the normalizer {\"type\":\"NFKC\"} is not supported"));
  EXPECT_THAT(message("/model/merges/0", "l q"), HasSubstr("outside the vocabulary"));
  EXPECT_THAT(message("/model/merges/0", 3), HasSubstr("merge 1 is not two pieces"));
  EXPECT_THAT(message("/model/vocab/e", 70), HasSubstr("holes or repeat (70)"));
  EXPECT_THAT(message("/model/vocab/e", -1), HasSubstr("piece 'e' has no usable number"));
  EXPECT_THAT(message("/added_tokens/0/lstrip", 1),
              HasSubstr("'added_tokens.lstrip' is neither true nor false"));
  EXPECT_THAT(message("/model", 1), HasSubstr("'model' is missing or no object"));
  EXPECT_THAT(message_of([&] { tokenizer_from_json(folder.file("t.json", "{")); }),
              HasSubstr("no JSON object"));
}

TEST(TextCache, MakesTokensOnceAndAgainWhenTheFileIsDamaged) {
  const Folder folder;
  int made = 0;
  const auto get = [&] {
    return cached_bytes({"a", "b"}, [&] {
      ++made;
      return std::string("result");
    });
  };
  EXPECT_EQ(get(), "result");
  EXPECT_EQ(get(), "result");
  EXPECT_EQ(made, 1);
  const auto entries = std::filesystem::directory_iterator(folder.path() / "cache" / "text");
  const Path file = entries->path();
  std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
  stream.seekp(-1, std::ios::end);
  stream.put('X');
  stream.close();
  EXPECT_EQ(get(), "result");
  EXPECT_EQ(made, 2);
}

/// Counts how often it is asked.
class CountingTokenizer final : public Tokenizer {
 public:
  Tokens encode(std::string_view text) const override {
    ++asked;
    return bytes->encode(text);
  }
  std::string decode(std::span<const std::int32_t> tokens) const override {
    return bytes->decode(tokens);
  }
  std::int64_t size() const override { return bytes->size(); }
  std::string piece(std::int32_t token) const override { return bytes->piece(token); }
  SpecialTokens special() const override { return bytes->special(); }
  std::string rules() const override { return bytes->rules(); }
  std::string saved() const override { return bytes->saved(); }
  TokenizerPointer bytes = byte_tokenizer();
  mutable std::atomic<int> asked{0};
};

TEST(TextCache, KeepsTheTokensOfAllTexts) {
  const Folder folder;
  const CountingTokenizer tokenizer;
  const std::vector<std::string> texts{"hi", "", "there"};
  const std::vector<Tokens> own{
      tokenizer.bytes->encode("hi"), {}, tokenizer.bytes->encode("there")};
  EXPECT_EQ(cached_tokens(tokenizer, texts), own);
  EXPECT_EQ(cached_tokens(tokenizer, texts), own);
  EXPECT_EQ(tokenizer.asked.load(), 3);
  EXPECT_TRUE(cached_tokens(tokenizer, {}).empty());
  EXPECT_EQ(cached_tokens(tokenizer, {"hit", "here"}).size(), 2U);
}

constexpr const char* kLlama3Words =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3})"
    R"(| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";

/// Words, blanks of every kind, marks and added pieces in a random order.
std::string random_text(std::uint64_t seed, std::size_t bytes) {
  const std::vector<std::string> parts{
      "low",     " low", "owe",           " ",        "  ",     "\n",     "\n\n",   " \n",
      "\t",      ",",    "'ll",           "12",       "\u00e9", "\u00a0", "\u3000", "\u4f60",
      "I\u0307", "!",    "<|endoftext|>", "\n\u0301", "lowlow"};
  Random random(seed);
  std::string text;
  while (text.size() < bytes)
    text += parts[static_cast<std::size_t>(
        random.integer(0, static_cast<std::int64_t>(parts.size()) - 1))];
  return text;
}

TEST(Encoding, OfManyTextsOnManyThreadsIsThatOfEachAlone) {
  const Folder folder;
  const std::string long_text = random_text(1, 700'000);
  const std::vector<std::string> texts{random_text(2, 900), "", long_text, random_text(3, 50)};
  const std::string sample = long_text.substr(0, 20'000);
  Json composed = byte_pair_json();
  composed["normalizer"] = {{"type", "NFC"}};
  Json prefixed = byte_pair_json();
  prefixed["pre_tokenizer"]["add_prefix_space"] = true;
  Json split = byte_pair_json();
  split["pre_tokenizer"] = {{"type", "Sequence"}};
  split["pre_tokenizer"]["pretokenizers"] = Json::array(
      {{{"type", "Split"}, {"pattern", {{"Regex", kLlama3Words}}}, {"behavior", "Isolated"}},
       {{"type", "ByteLevel"}, {"add_prefix_space", false}, {"use_regex", false}}});
  const std::vector<TokenizerPointer> tokenizers{
      byte_tokenizer(),
      train_characters({sample}),
      train_words({sample}, 20, true),
      train_wordpiece({sample}, 200, {}),
      tokenizer_from_json(folder.file("a.json", byte_pair_json().dump())),
      tokenizer_from_json(folder.file("b.json", composed.dump())),
      tokenizer_from_json(folder.file("c.json", prefixed.dump())),
      train_sentencepiece({some_text()}, 80, "bpe"),
      tokenizer_from_json(folder.file("d.json", split.dump()))};
  for (std::size_t i = 0; i < tokenizers.size(); ++i) {
    const std::vector<Tokens> together = encoded(*tokenizers[i], texts, 3);
    ASSERT_EQ(together.size(), texts.size());
    for (std::size_t k = 0; k < texts.size(); ++k)
      EXPECT_TRUE(together[k] == tokenizers[i]->encode(texts[k])) << i << ", text " << k;
    const bool cuts = tokenizers[i]->cut(long_text, 1000) < long_text.size();
    EXPECT_EQ(cuts, i != 6) << i << ": a prefixed space stands before a text's beginning alone";
  }
}

/// The definition, step by step: the merge of the lowest rank, the leftmost of equal ones.
Tokens merged_by_the_book(const std::string& word, const Json& model) {
  const Json& vocabulary = model["vocab"];
  std::vector<std::string> pieces;
  for (const char byte : word) {
    const std::string piece = to_byte_characters({&byte, 1});
    if (vocabulary.contains(piece)) pieces.push_back(piece);
  }
  for (const Json& merge : model["merges"]) {
    const std::string text = merge, first = text.substr(0, text.find(' ')),
                      second = text.substr(text.find(' ') + 1);
    for (std::size_t i = 0; i + 1 < pieces.size(); ++i) {
      if (pieces[i] != first || pieces[i + 1] != second) continue;
      pieces[i] += second;
      pieces.erase(pieces.begin() + static_cast<std::ptrdiff_t>(i) + 1);
    }
  }
  Tokens tokens;
  for (const std::string& piece : pieces) tokens.push_back(vocabulary[piece]);
  return tokens;
}

/// A merge's pieces are made by earlier merges alone, so that the ranks may be taken one by one.
TEST(BytePair, JoinsWordsAsTheDefinitionSays) {
  const Folder folder;
  Json json = byte_pair_json();
  Json& model = json["model"];
  model["vocab"].update({{"lolo", 10}, {"owow", 11}, {"lowe", 12}, {"ll", 13}});
  model["merges"] = {"l o", "o w", "lo lo", "lo w", "low e", "l l", "ow ow", "\u0120 low"};
  json["added_tokens"] = Json::array();
  model["vocab"]["x"] = 9;
  const auto tokenizer = tokenizer_from_json(folder.file("t.json", json.dump()));
  Random random(5);
  std::string text;
  Tokens expected;
  for (int i = 0; i < 4000; ++i) {
    std::string word = i == 0 ? "l" : " ";
    for (std::int64_t k = random.integer(1, 12); k > 0; --k)
      word += "lowex"[static_cast<std::size_t>(random.integer(0, 4))];
    const Tokens own = merged_by_the_book(word, model);
    expected.insert(expected.end(), own.begin(), own.end());
    text += word;
  }
  EXPECT_EQ(tokenizer->encode(text), expected);
  EXPECT_EQ(tokenizer->encode(text), expected) << "from the words that it has seen";
  EXPECT_TRUE(tokenizer->encode(text + text) != expected);
}

TEST(TextCache, KeepsTokensOfOneVocabularyApartByTheRulesOfWordPiece) {
  const Folder folder;
  const std::string lines =
      "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nI\ni\n##s\n@@s\né\ne\n中\n中中\nı\n";
  WordPieceRules plain, cased, turkish, accents, cjk, unclean, prefix, unknown, shorter;
  cased.words.lower = false;
  turkish.words.turkish = true;
  accents.words.strip_accents = false;
  cjk.words.split_cjk = false;
  unclean.words.clean = false;
  prefix.prefix = "@@";
  unknown.unknown = "[MASK]";
  shorter.longest_word = 1;
  const std::string text = "I is é 中中 e\x01 ?";
  std::set<Tokens> different;
  for (const WordPieceRules& rules :
       {plain, cased, turkish, accents, cjk, unclean, prefix, unknown, shorter}) {
    const TokenizerPointer tokenizer = wordpiece_from_lines(lines, rules, "test");
    different.insert(tokenizer->encode(text));
    EXPECT_EQ(cached_tokens(*tokenizer, {text}).front(), tokenizer->encode(text));
    EXPECT_EQ(cached_tokens(*tokenizer, {text}).front(), tokenizer->encode(text));
  }
  EXPECT_EQ(different.size(), 9U) << "rules that change nothing show nothing";
}

TEST(TextCache, KeepsTokensOfOneVocabularyApartByTheKindOfTokenizer) {
  const Folder folder;
  const std::vector<std::string> texts{"a b a"};
  const TokenizerPointer kinds[] = {train_words(texts, 20, true), train_words(texts, 20, false),
                                    train_wordpiece({"aba"}, 9, {}), byte_tokenizer()};
  for (const TokenizerPointer& kind : kinds)
    EXPECT_EQ(cached_tokens(*kind, {"A ab"}).front(), kind->encode("A ab")) << kind->rules();
}

}  // namespace
}  // namespace warmstart::text
