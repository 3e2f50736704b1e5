// The data sets of the text plugin: blocks, parts, encodings of pairs, what they refuse.
#include <ATen/ATen.h>

#include <map>
#include <set>

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

TEST(Corpus, OverlapsBlocksWithAStride) {
  const Folder folder;
  Json settings = corpus_settings(folder.file("t.txt", "abcdefgh"), "all");
  settings["stride"] = 2;
  const auto all = dataset("text.corpus", settings);
  ASSERT_EQ(all->size(), 3);
  EXPECT_EQ(numbers(all->get(1).fields.get("tokens")), (std::vector<std::int64_t>{7, 8, 9, 10}));
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
              HasSubstr("1 class_names for 2 labels"));
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
