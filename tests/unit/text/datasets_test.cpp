// The data sets of the text plugin: blocks, parts, encodings of pairs, what they refuse.
#include <ATen/ATen.h>

#include <map>
#include <set>

#include "core/base/utf8.h"
#include "text_files.h"

namespace warmstart::text {
namespace {

using testing::dataset;
using testing::Folder;
using ::testing::HasSubstr;
using testing::message_of;

std::vector<std::int64_t> numbers(const at::Tensor& tensor) {
  const at::Tensor whole = tensor.contiguous();
  return {whole.data_ptr<std::int64_t>(), whole.data_ptr<std::int64_t>() + whole.numel()};
}

Json corpus_settings(const Path& root, const std::string& split) {
  return {{"root", root.string()},
          {"split", split},
          {"test_share", 0.25},
          {"length", 4},
          {"tokenizer", {{"type", "text.character"}}}};
}

TEST(Corpus, CutsTextIntoBlocksAndKeepsTheEndForTheTest) {
  const Folder folder;
  const Path file = folder.file("t.txt", "abababababab\nabcd\n");
  const auto train = dataset("text.corpus", corpus_settings(file, "train"));
  const auto test = dataset("text.corpus", corpus_settings(file, "test"));
  // The cut at 75 % (character 13) is a line start; the test part's c and d are unknown.
  ASSERT_EQ(train->size(), 3);
  EXPECT_EQ(numbers(train->get(1).fields.get("tokens")), (std::vector<std::int64_t>{6, 7, 6, 7}));
  EXPECT_EQ(train->get(1).id, "block 1");
  EXPECT_EQ(train->token_text(6), "a");
  EXPECT_EQ(train->token_text(1), "[UNK]");
  ASSERT_EQ(test->size(), 1);
  EXPECT_EQ(numbers(test->get(0).fields.get("tokens")), (std::vector<std::int64_t>{6, 7, 1, 1}));
}

TEST(Corpus, TrainsItsTokenizerOnTheTrainPartAlone) {
  const Folder folder;
  folder.file("train.txt", "abababab");
  folder.file("test.txt", "abzz");
  Json settings = corpus_settings(folder.path(), "test");
  settings["split_by"] = "file";
  const auto test = dataset("text.corpus", settings);
  ASSERT_EQ(test->size(), 1);
  EXPECT_EQ(numbers(test->get(0).fields.get("tokens")), (std::vector<std::int64_t>{5, 6, 1, 1}));
  EXPECT_EQ(test->facts()["vocabulary"], 7);
  EXPECT_EQ(test->facts()["mask_token"], 4);
  settings["split"] = "train";
  EXPECT_EQ(dataset("text.corpus", settings)->facts()["vocabulary"], 7);
  settings["length"] = 9;
  EXPECT_THAT(message_of([&] { dataset("text.corpus", settings); }),
              HasSubstr("the part 'train' has 8 tokens, a block needs 9"));
}

TEST(Corpus, SaysThatItIsEmpty) {
  const Folder folder;
  EXPECT_THAT(
      message_of([&] { dataset("text.corpus", corpus_settings(folder.file("t.txt", ""), "all")); }),
      HasSubstr("the corpus is empty; " + (folder.path() / "t.txt").string()));
  EXPECT_THAT(message_of([&] {
                dataset("text.corpus", corpus_settings(folder.file("t.jsonl", "\n"), "train"));
              }),
              HasSubstr("the corpus is empty"));
}

TEST(Corpus, OverlapsBlocksWithAStride) {
  const Folder folder;
  Json settings = corpus_settings(folder.file("t.txt", "abcdefgh"), "all");
  settings["stride"] = 2;
  const auto all = dataset("text.corpus", settings);
  ASSERT_EQ(all->size(), 3);
  EXPECT_EQ(numbers(all->get(1).fields.get("tokens")), (std::vector<std::int64_t>{7, 8, 9, 10}));
}

std::string read_as_text(const Dataset& data, std::int64_t index) {
  const Batch fields = data.get(index).fields;
  std::string text;
  for (std::int64_t i = 0; i < fields.get("tokens").numel(); ++i) {
    if (fields.get("attention_mask")[i].item<std::int64_t>() != 0)
      text += data.token_text(fields.get("tokens")[i].item<std::int64_t>());
  }
  return text;
}

TEST(Stream, ReadsBlocksAnywhereInAnyOrder) {
  const Folder folder;
  std::string text;
  for (int i = 0; i < 400; ++i) text += "\xc3\xa9t\xc3\xa9 " + std::to_string(100 + i) + "\n";
  folder.file("a/one.txt", text);
  folder.file("b.txt", "last");
  Json settings{{"root", folder.path().string()},
                {"length", 16},
                {"tokenizer", {{"type", "text.character"}}}};
  const auto data = dataset("text.stream", settings);
  // "été 100\n": eight characters of ten bytes; a block of 16 takes 20 bytes, but for the last
  // word.
  EXPECT_EQ(data->facts()["block_bytes"], 20);
  ASSERT_EQ(data->size(), 4000 / 20 + 1);
  EXPECT_EQ(data->get(7).id, "one.txt at 146");
  EXPECT_EQ(read_as_text(*data, 7), "114\n\xc3\xa9t\xc3\xa9 115\n\xc3\xa9t\xc3\xa9 ");
  EXPECT_EQ(read_as_text(*data, 0), "\xc3\xa9t\xc3\xa9 100\n\xc3\xa9t\xc3\xa9 101\n");
  EXPECT_EQ(read_as_text(*data, 200), "last[SEP]");
  EXPECT_EQ(read_as_text(*data, 199), "498\n\xc3\xa9t\xc3\xa9 499\n[SEP]las")
      << "it goes on in the next";
  settings["split"] = "test";
  settings["test_share"] = 0.25;
  const auto test = dataset("text.stream", settings);
  EXPECT_EQ(test->size(), 1000 / 20 + 1);
  EXPECT_EQ(test->get(0).id, "one.txt at 3006");
}

TEST(Stream, NamesTheByteThatIsNoText) {
  const Folder folder;
  Json settings{{"root", folder.file("t.txt", "ab\xe9 cd").string()}, {"encoding", "utf-8"}};
  EXPECT_THAT(message_of([&] { dataset("text.stream", settings); }),
              HasSubstr("the byte 0xe9 at offset 2 is not UTF-8"));
  settings["encoding"] = "latin-1";
  EXPECT_EQ(dataset("text.stream", settings)->size(), 1);
  settings["root"] = folder.file("e.txt", "").string();
  EXPECT_THAT(message_of([&] { dataset("text.stream", settings); }),
              HasSubstr("the corpus is empty"));
}

TEST(Stream, PacksSmallFilesIntoBlocksWithDocumentEndsBetween) {
  const Folder folder;
  for (int i = 0; i < 30; ++i)
    folder.file("d/" + std::to_string(10 + i) + ".txt", "doc" + std::to_string(10 + i));
  const auto data = dataset("text.stream", {{"root", (folder.path() / "d").string()},
                                            {"length", 15},
                                            {"tokenizer", {{"type", "text.character"}}}});
  EXPECT_EQ(read_as_text(*data, 0), "doc10[SEP]doc11[SEP]doc");
  EXPECT_EQ(data->size(), 10);
  for (std::int64_t i = 0; i + 1 < data->size(); ++i)
    EXPECT_TRUE(data->get(i).fields.get("attention_mask").all().item<bool>()) << i;
}

TEST(Stream, ReadsAFieldOfJsonLinesFromAnywhere) {
  const Folder folder;
  std::string lines;
  for (int i = 100; i < 140; ++i)
    lines += Json{{"text", "doc " + std::to_string(i) + " abc"}}.dump() + "\n";
  Json settings{{"root", folder.file("d.jsonl", lines).string()},
                {"length", 16},
                {"tokenizer", {{"type", "text.character"}}}};
  const auto data = dataset("text.stream", settings);
  ASSERT_EQ(data->facts()["block_bytes"], 33) << "23 bytes a line of 11 characters";
  EXPECT_EQ(read_as_text(*data, 0), "doc 100 abc[SEP]doc ");
  EXPECT_EQ(read_as_text(*data, 1), "abc[SEP]doc 102 abc[SEP]") << "from inside the second line";
  EXPECT_EQ(data->get(1).id, "d.jsonl at 33");
  settings["split"] = "test";
  settings["test_share"] = 0.25;
  EXPECT_EQ(read_as_text(*dataset("text.stream", settings), 0), "doc 130 abc[SEP]doc ");
  settings["test_share"] = 0.26;
  EXPECT_EQ(read_as_text(*dataset("text.stream", settings), 0), "doc 130 abc[SEP]doc ")
      << "the part begins with a line";
  settings["field"] = "body";
  EXPECT_THAT(message_of([&] { dataset("text.stream", settings); }),
              HasSubstr("no text in the field 'body'"));
  settings["root"] = folder.file("bad.jsonl", lines.substr(0, 46) + "nonsense\n").string();
  settings["field"] = "text";
  settings["split"] = "all";
  EXPECT_THAT(message_of([&] { dataset("text.stream", settings); }),
              HasSubstr("bad.jsonl, line at byte 46"));
}

TEST(Stream, OfALongJsonLineReachesAllOfItsText) {
  const Folder folder;
  std::string text;
  for (int i = 0; i < 30000; ++i) text += "w" + std::to_string(10000 + i) + " ";
  const auto data = dataset(
      "text.stream", {{"root", folder.file("l.jsonl", Json{{"text", text}}.dump() + "\n").string()},
                      {"length", 140},
                      {"tokenizer", {{"type", "text.byte"}}}});
  ASSERT_NEAR(static_cast<double>(data->size()), 1500, 2);
  for (const std::int64_t index : {3, 700, 1400}) {
    const std::string read = read_as_text(*data, index);
    const auto first = std::stol(read.substr(1, 5));
    EXPECT_NEAR(static_cast<double>(first), 10000 + 20.0 * static_cast<double>(index), 3) << read;
    EXPECT_EQ(read.size(), 140U);
  }
}

TEST(Stream, TakesAFilesEncodingFromItsBeginning) {
  const Folder folder;
  Json settings{{"root", folder.file("l.txt", "caf\xe9 noir").string()}, {"length", 32}};
  EXPECT_EQ(read_as_text(*dataset("text.stream", settings), 0), latin1_to_utf8("caf\xc3\xa9 noir"))
      << "the bytes of the same text in UTF-8";
  std::string long_text;
  while (long_text.size() < 200'000) long_text += "caf\xc3\xa9 noir\n";
  const std::size_t place = 150'001 - 150'001 % 11;
  long_text[place] = '\xe9';
  settings["root"] = folder.file("u.txt", long_text).string();
  EXPECT_THAT(message_of([&] { dataset("text.stream", settings); }),
              HasSubstr("the byte 0xe9 at offset " + std::to_string(place) + " is not UTF-8"));
}

Json pair_settings(const Path& file) {
  return {{"root", file.string()},
          {"text", {"2"}},
          {"second", "3"},
          {"length", 9},
          {"tokenizer", {{"type", "text.word"}, {"size", 50}}}};
}

TEST(Classification, PutsPairsBetweenSpecialTokensAndCutsTheLonger) {
  const Folder folder;
  const auto pairs =
      dataset("text.classification", pair_settings(folder.file("t.csv",
                                                               "10,a b,c\n"
                                                               "9,a a a a a a a a,b b\n")));
  ASSERT_EQ(pairs->size(), 2);
  // Words by frequency: a, b, c = 5, 6, 7.
  const Sample first = pairs->get(0);
  EXPECT_EQ(numbers(first.fields.get("tokens")),
            (std::vector<std::int64_t>{2, 5, 6, 3, 7, 3, 0, 0, 0}));
  EXPECT_EQ(numbers(first.fields.get("segments")),
            (std::vector<std::int64_t>{0, 0, 0, 0, 1, 1, 0, 0, 0}));
  EXPECT_EQ(numbers(first.fields.get("attention_mask")),
            (std::vector<std::int64_t>{1, 1, 1, 1, 1, 1, 0, 0, 0}));
  EXPECT_EQ(first.fields.get("class").item<std::int64_t>(), 1);  // 9 comes before 10
  EXPECT_EQ(numbers(pairs->get(1).fields.get("tokens")),
            (std::vector<std::int64_t>{2, 5, 5, 5, 5, 3, 6, 6, 3}));
  EXPECT_EQ(pairs->facts()["class_names"], (Json{"9", "10"}));
}

TEST(Classification, SharesTextsBetweenTrainAndTestWithoutOverlap) {
  const Folder folder;
  std::string lines;
  for (int i = 0; i < 100; ++i) lines += std::to_string(i % 2) + " word" + std::to_string(i) + "\n";
  Json settings{{"root", folder.file("t.txt", lines).string()},
                {"tokenizer", {{"type", "text.word"}}}};
  std::set<std::string> seen;
  std::int64_t total = 0;
  for (const char* split : {"train", "test"}) {
    settings["split"] = split;
    const auto part = dataset("text.classification", settings);
    for (std::int64_t i = 0; i < part->size(); ++i) seen.insert(part->get(i).id);
    total += part->size();
    EXPECT_GT(part->size(), 8);
    EXPECT_EQ(part->facts()["vocabulary"],
              dataset("text.classification", settings)->facts()["vocabulary"]);
  }
  EXPECT_EQ(total, 100);
  EXPECT_EQ(seen.size(), 100U);
}

TEST(Classification, NamesALabelThatTheTrainingTextsLack) {
  const Folder folder;
  const Json settings{{"root", folder.file("test.txt", "7 x\n").string()},
                      {"train_root", folder.file("train.txt", "1 x\n2 y\n").string()},
                      {"tokenizer", {{"type", "text.word"}}}};
  EXPECT_THAT(message_of([&] { dataset("text.classification", settings); }),
              HasSubstr("the label '7' does not occur in the training texts; test.txt:1"));
  Json named = settings;
  named["class_names"] = {"only one"};
  EXPECT_THAT(message_of([&] { dataset("text.classification", named); }),
              HasSubstr("the label '2' is none of the 1 classes of class_names; train.txt:2"));
  named["class_names"] = {"one", "two", "three"};
  EXPECT_THAT(message_of([&] { dataset("text.classification", named); }),
              HasSubstr("3 class_names for 2 labels"));
}

TEST(Classification, NamesTheRowOfALabelBesideTheNamedOnes) {
  const Folder folder;
  const Json settings{{"root", folder.file("q.csv", "1,a b\n0,c\n1,d\n2,e\n0,f\n").string()},
                      {"class_names", {"different", "same"}},
                      {"tokenizer", {{"type", "text.word"}}}};
  EXPECT_THAT(message_of([&] { dataset("text.classification", settings); }),
              HasSubstr("the label '2' is none of the 2 classes of class_names; q.csv:4"));
}

TEST(Classification, TellsQuestionsThatTrainAndTestShare) {
  const Folder folder;
  std::string table;
  for (int i = 0; i < 60; ++i)  // 20 questions, three rows each
    table += "question " + std::to_string(i % 20) + ",answer" + std::to_string(i) + ",1\n";
  Json settings{{"root", folder.file("t.csv", table).string()},
                {"text", {"1"}},
                {"second", "2"},
                {"label", "3"},
                {"split", "test"},
                {"tokenizer", {{"type", "text.word"}}}};
  const auto said = [&] {
    ::testing::internal::CaptureStderr();
    dataset("text.classification", settings);
    return ::testing::internal::GetCapturedStderr();
  };
  std::set<std::string> shared;
  for (const char* split : {"train", "test"}) {
    settings["split"] = split;
    const auto part = dataset("text.classification", settings);
    std::set<int> own;
    for (std::int64_t i = 0; i < part->size(); ++i)
      own.insert((std::stoi(part->get(i).id.substr(6)) - 1) % 20);
    for (const int question : own) {
      const std::string name = std::to_string(question);
      if (std::string(split) == "train") shared.insert("trained " + name);
      if (std::string(split) == "test" && shared.contains("trained " + name)) shared.insert(name);
    }
  }
  std::erase_if(shared, [](const std::string& name) { return name.starts_with("trained"); });
  ASSERT_GT(shared.size(), 2U);
  const std::string what = "split leaks " + std::to_string(shared.size()) + " questions";
  EXPECT_THAT(said(), HasSubstr(what));
  settings["leaks"] = "refuse";
  EXPECT_THAT(message_of([&] { dataset("text.classification", settings); }), HasSubstr(what));
  settings["group"] = "1";
  EXPECT_THAT(said(), ::testing::Not(HasSubstr("leaks"))) << "rewordings stay in one part";
  const Json other{{"root", folder.file("test.txt", "0 a b\n1 c\n").string()},
                   {"train_root", folder.file("train.txt", "0 a b\n1 d\n").string()},
                   {"leaks", "refuse"},
                   {"tokenizer", {{"type", "text.word"}}}};
  EXPECT_THAT(message_of([&] { dataset("text.classification", other); }),
              HasSubstr("split leaks 1 questions: the training texts hold them too; test.txt:1"));
}

TEST(Classification, KeepsTextsOfAGroupTogether) {
  const Folder folder;
  std::string table;
  for (int i = 0; i < 60; ++i)
    table +=
        std::to_string(i / 2) + ",word" + std::to_string(i) + "," + std::to_string(i % 2) + "\n";
  Json settings{{"root", folder.file("t.csv", table).string()},
                {"label", "3"},
                {"group", "1"},
                {"tokenizer", {{"type", "text.word"}}}};
  std::int64_t total = 0;
  for (const char* split : {"train", "test"}) {
    settings["split"] = split;
    const auto part = dataset("text.classification", settings);
    ASSERT_GT(part->size(), 3);
    total += part->size();
    for (std::int64_t i = 0; i + 1 < part->size(); i += 2) {
      const auto line = [&](std::int64_t at) { return std::stoi(part->get(at).id.substr(6)); };
      EXPECT_EQ((line(i) - 1) / 2, (line(i + 1) - 1) / 2);
    }
  }
  EXPECT_EQ(total, 60);
}

/// The words of a sample's first and second text.
std::pair<std::string, std::string> words_of(const Dataset& data, const Sample& sample) {
  const auto tokens = numbers(sample.fields.get("tokens"));
  return {data.token_text(tokens[1]), data.token_text(tokens[3])};
}

TEST(Classification, AsksEachQueryWithItsOwnCandidateAndOthers) {
  const Folder folder;
  std::string table;
  for (int i = 0; i < 9; ++i) {
    const std::string n = std::to_string(i);
    table += "1,seed" + n + ",query" + n + "\n0,seed" + n + ",wrong" + n + "\n";
  }
  Json settings = pair_settings(folder.file("t.csv", table));
  for (const std::int64_t candidates : {1, 4, 9}) {
    settings["candidates"] = candidates;
    const auto data = dataset("text.classification", settings);
    ASSERT_EQ(data->size(), 9 * candidates);
    std::set<std::string> ids;
    for (std::int64_t query = 0; query < 9; ++query) {
      std::set<std::string> first;
      for (std::int64_t c = 0; c < candidates; ++c) {
        const Sample sample = data->get(query * candidates + c);
        ids.insert(sample.id);
        const auto [seed, asked] = words_of(*data, sample);
        EXPECT_EQ(asked, "query" + std::to_string(query));
        EXPECT_EQ(sample.fields.get("class").item<std::int64_t>(),
                  seed == "seed" + std::to_string(query) ? 1 : 0);
        EXPECT_EQ(sample.fields.get("query").item<std::int64_t>(), query);
        first.insert(seed);
      }
      EXPECT_EQ(first.size(), static_cast<std::size_t>(candidates)) << "none twice";
      EXPECT_EQ(first.count("seed" + std::to_string(query)), 1U);
    }
    EXPECT_EQ(ids.size(), static_cast<std::size_t>(data->size()));
  }
  settings["candidates"] = 10;
  EXPECT_THAT(message_of([&] { dataset("text.classification", settings); }),
              HasSubstr("10 candidates are asked for, there are 9 pairs of the class '1'"));
  settings["candidates"] = 2;
  settings.erase("second");
  EXPECT_THAT(message_of([&] { dataset("text.classification", settings); }),
              HasSubstr("candidates are for pairs with one of two classes"));
}

TEST(Classification, SaysTheClassesOfNewTexts) {
  const Folder folder;
  const Json settings{{"root", folder.file("t.csv", "no,a,x\nyes,b,y\n").string()},
                      {"second", "3"},
                      {"tokenizer", {{"type", "text.word"}}}};
  const auto data = dataset("text.classification", settings);
  const auto files = data->for_files({folder.file("new.txt", "a\ty\n\nb, c\tx\n").string()});
  ASSERT_EQ(files->size(), 2);
  EXPECT_FALSE(files->get(0).fields.has("class"));
  const at::Tensor tokens = files->get(0).fields.get("tokens");
  EXPECT_EQ(data->token_text(tokens[1].item<std::int64_t>()) +
                data->token_text(tokens[3].item<std::int64_t>()),
            "ay");
  Batch outputs;
  outputs.set("logits", at::tensor({0.0, 1.0}));
  EXPECT_TRUE(files->save_prediction(0, outputs, folder.path()).empty());
  ASSERT_EQ(files->save_prediction(1, outputs, folder.path()).size(), 2U);
  EXPECT_EQ(read_file(folder.path() / "predictions.csv", 1000),
            "source,text,second,label,no,yes\nnew.txt:1,a,y,yes,0.268941,0.731059\n"
            "new.txt:3,\"b, c\",x,yes,0.268941,0.731059\n");
  EXPECT_THAT(message_of([&] { data->for_files({folder.file("bad.txt", "a\nb\tc\n").string()}); }),
              HasSubstr("expected two texts, found one"));
}

std::set<std::string> problem_ids(const Json& settings) {
  const auto data = dataset("text.modular_arithmetic", settings);
  std::set<std::string> ids;
  for (std::int64_t i = 0; i < data->size(); ++i) ids.insert(data->get(i).id);
  EXPECT_EQ(static_cast<std::int64_t>(ids.size()), data->size());
  return ids;
}

TEST(ModularArithmetic, SplitsAllPairsIntoLearnedAndTestedOnes) {
  const auto train = problem_ids({{"p", 31}, {"split", "train"}});
  const auto test = problem_ids({{"p", 31}, {"split", "test"}});
  EXPECT_EQ(train.size(), 720U);
  EXPECT_EQ(test.size(), 241U);
  for (const std::string& id : test) EXPECT_EQ(train.count(id), 0U);
  EXPECT_EQ(train, problem_ids({{"p", 31}}));
  EXPECT_NE(train, problem_ids({{"p", 31}, {"seed", 1}}));
}

TEST(ModularArithmetic, UnmirroredTestPairsAreLearnedNeitherWay) {
  const auto train = problem_ids({{"p", 31}});
  const auto alone = problem_ids({{"p", 31}, {"split", "test_unmirrored"}});
  ASSERT_GT(alone.size(), 20U);
  ASSERT_LT(alone.size(), 130U) << "about 27 of 100 tested pairs";
  for (const std::string& id : alone) {
    const auto plus = id.find(" + "), equals = id.find(" = ");
    const std::string mirror =
        id.substr(plus + 3, equals - plus - 3) + " + " + id.substr(0, plus) + id.substr(equals);
    EXPECT_EQ(train.count(mirror), 0U) << mirror;
  }
}

TEST(ModularArithmetic, GivesTokensAndAnswersOfEachOperation) {
  const std::map<std::string, std::pair<std::string, std::int64_t>> expected{
      {"3 + 4 = 2", {"add", 2}},
      {"3 - 4 = 4", {"sub", 4}},
      {"3 * 4 = 2", {"mul", 2}},
      {"3 ~ 4 = 2", {"poly", 2}}};  // 9 + 12 + 16 = 37
  std::map<std::string, Sample> seen;
  const Json ops{"mul", "poly", "add", "sub"};
  for (const char* split : {"train", "test"}) {
    const auto data =
        dataset("text.modular_arithmetic", {{"p", 5}, {"ops", ops}, {"split", split}});
    EXPECT_EQ(data->facts()["vocabulary"], 9);
    for (std::int64_t i = 0; i < data->size(); ++i) seen.emplace(data->get(i).id, data->get(i));
  }
  EXPECT_EQ(seen.size(), 100U);
  for (const auto& [id, answer] : expected) {
    ASSERT_EQ(seen.count(id), 1U) << id;
    const Batch& fields = seen.at(id).fields;
    EXPECT_EQ(fields.get("class").item<std::int64_t>(), answer.second);
    const auto place = std::find(ops.begin(), ops.end(), answer.first) - ops.begin();
    EXPECT_EQ(numbers(fields.get("tokens")), (std::vector<std::int64_t>{3, 4, 5 + place}));
  }
}

}  // namespace
}  // namespace warmstart::text
