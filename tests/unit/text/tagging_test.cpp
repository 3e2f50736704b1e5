// Tagged sentences from file to F1: schemes, alignment of words with pieces, what is refused, the
// metric against tests/reference/seqeval_rules.py, and tags for a user's files.
#include <ATen/ATen.h>

#include "core/metrics/metric.h"
#include "core/objectives/objective.h"
#include "plugins/text/io/tag_scheme.h"
#include "tests/unit/core/torch_reference.h"
#include "text_files.h"

namespace warmstart::text {
namespace {

using testing::dataset;
using ::testing::ElementsAre;
using testing::Folder;
using ::testing::HasSubstr;
using testing::message_of;
using warmstart::testing::make;
using warmstart::testing::torch_reference;

std::vector<TaggedSentence> tagged(std::vector<std::string> tags) {
  TaggedSentence sentence{7, "f", {}, std::move(tags), false};
  sentence.words.resize(sentence.tags.size(), "w");
  return {sentence};
}

TEST(TagScheme, TakesStrayInsideTagsAsBeginningsAndCountsThem) {
  auto bio = tagged({"O", "I-PER", "I-PER", "B-LOC", "I-ORG"});
  const TagReport report = check_tags(bio, "auto", "f");
  EXPECT_EQ(report.scheme, "bio");
  EXPECT_EQ(report.begun, 2);
  EXPECT_THAT(bio[0].tags, ElementsAre("O", "B-PER", "I-PER", "B-LOC", "B-ORG"));
  auto io = tagged({"I-PER", "I-PER", "O"});
  EXPECT_EQ(check_tags(io, "auto", "f").scheme, "io");
  EXPECT_THAT(io[0].tags, ElementsAre("I-PER", "I-PER", "O"));
}

TEST(TagScheme, NamesFileAndLineOfAWrongTag) {
  const auto refused = [](std::vector<std::string> tags, const std::string& scheme) {
    auto sentences = tagged(std::move(tags));
    return message_of([&] { check_tags(sentences, scheme, "f.conll"); });
  };
  EXPECT_EQ(refused({"O", "PER"}, "auto"),
            "the tag 'PER' is none of O, B-TYPE and I-TYPE; f.conll:8; correct it, or name the "
            "column of the tags");
  EXPECT_THAT(refused({"O", "O", "B-"}, "auto"), HasSubstr("f.conll:9"));
  EXPECT_EQ(refused({"B-PER", "I-LOC"}, "bio"),
            "the tag 'I-LOC' goes on with an entity that did not begin; f.conll:8; write B-, or "
            "set scheme: auto");
  EXPECT_THAT(refused({"I-PER", "B-PER"}, "io"),
              HasSubstr("the tag 'B-PER' in a file of the scheme IO; f.conll:8"));
}

TEST(TagScheme, FindsEntitiesInBothSchemes) {
  EXPECT_EQ(entities_of({"B-A", "I-A", "B-A", "O", "I-B", "I-A"}),
            (std::vector<Entity>{{"A", 0, 1}, {"A", 2, 2}, {"B", 4, 4}, {"A", 5, 5}}));
}

Json tag_settings(const Path& file) {
  return {{"root", file.string()},
          {"length", 8},
          {"tokenizer", {{"type", "text.wordpiece"}, {"size", 18}}}};
}

constexpr const char* kSentences = "abab\tB-LOC\nb\tO\n\na\tO\nab\tB-PER\nab\tI-PER\n";

std::vector<std::int64_t> row_of(const at::Tensor& tensor) {
  return {tensor.data_ptr<std::int64_t>(), tensor.data_ptr<std::int64_t>() + tensor.numel()};
}

TEST(ConllTags, PutsAWordsTagOnItsFirstPiece) {
  const Folder folder;
  // Nine places for the letters and their inner forms, none for joined pieces.
  Json settings = tag_settings(folder.file("t.conll", kSentences));
  settings["tokenizer"]["size"] = 9;
  const auto data = dataset("text.conll_tags", settings);
  ASSERT_EQ(data->size(), 2);
  EXPECT_EQ(data->facts()["class_names"], (Json{"O", "B-LOC", "B-PER", "I-PER"}));
  const Sample first = data->get(0);
  EXPECT_EQ(first.id, "t.conll:1");
  EXPECT_EQ(row_of(first.fields.get("tags")),
            (std::vector<std::int64_t>{-100, 1, -100, -100, -100, 0, -100, -100}));
  EXPECT_EQ(row_of(first.fields.get("attention_mask")),
            (std::vector<std::int64_t>{1, 1, 1, 1, 1, 1, 1, 0}));
  // [CLS] a a ##b a ##b [SEP]
  EXPECT_EQ(row_of(data->get(1).fields.get("tags")),
            (std::vector<std::int64_t>{-100, 0, 2, -100, 3, -100, -100, -100}));
  settings["length"] = 6;
  const Sample cut = dataset("text.conll_tags", settings)->get(1);
  EXPECT_EQ(row_of(cut.fields.get("tags")),
            (std::vector<std::int64_t>{-100, 0, 2, -100, -100, -100}))
      << "a word that does not fit whole is left out";
}

TEST(ConllTags, NamesATagThatTheTrainingSentencesLack) {
  const Folder folder;
  Json settings = tag_settings(folder.file("dev.conll", "a\tO\n\nb\tB-LAW\n"));
  settings["train_root"] = folder.file("train.conll", kSentences).string();
  EXPECT_THAT(message_of([&] { dataset("text.conll_tags", settings); }),
              HasSubstr("the tag 'B-LAW' does not occur in the training sentences; " +
                        settings["root"].get<std::string>() + ":3"));
  settings["root"] = folder.file("empty.conll", "\n \n").string();
  EXPECT_THAT(message_of([&] { dataset("text.conll_tags", settings); }),
              HasSubstr("no sentences there"));
}

/// Scores that make `tags` the best ones.
at::Tensor scores_of(const at::Tensor& tags, std::int64_t classes) {
  return at::one_hot(tags.clamp_min(0), classes).to(at::kFloat);
}

TEST(ConllTags, WritesTagsForNewSentencesWholeAndInParts) {
  const Folder folder;
  Json settings = tag_settings(folder.file("t.conll", kSentences));
  settings["tokenizer"]["size"] = 9;
  const auto data = dataset("text.conll_tags", settings);
  const Path out = folder.path() / "out";
  std::filesystem::create_directories(out);
  const auto files = data->for_files({folder.file("new.txt", "(ab) a, aab b!\n\nb\n").string()});
  ASSERT_EQ(files->size(), 3) << "eight words of 11 pieces, six a row, and a sentence of one";
  std::vector<std::filesystem::path> written;
  for (std::int64_t i = 0; i < files->size(); ++i) {
    const Batch fields = files->get(i).fields;
    Batch outputs;
    outputs.set("logits", scores_of(fields.get("tags") + 1, 4));
    for (const auto& file : files->save_prediction(i, outputs, out)) written.push_back(file);
  }
  EXPECT_THAT(written, ElementsAre(out / "new.conll"));
  EXPECT_EQ(read_file(out / "new.conll", 1000),
            "(\tB-LOC\nab\tB-LOC\n)\tB-LOC\na\tB-LOC\n,\tB-LOC\naab\tB-LOC\nb\tB-LOC\n!\tB-LOC\n\n"
            "b\tB-LOC\n\n");
  EXPECT_EQ(data->for_files({folder.file("new.conll", "a\n\nb x\n").string()})->size(), 2);
}

TEST(SpanF1, EqualsTheReferenceOnRandomTags) {
  at::manual_seed(4);
  const std::vector<std::string> names{"O", "B-LOC", "I-LOC", "B-ORG", "I-ORG", "I-PER"};
  const at::Tensor right = at::randint(0, 6, {40, 12}, at::kLong);
  right.slice(1, 9).masked_fill_(at::rand({40, 3}).lt(0.5), -100);
  const at::Tensor said = at::where(at::rand({40, 12}).lt(0.3),
                                    at::randint(0, 6, {40, 12}, at::kLong), right.clamp_min(0));
  const auto metric = make<Metric>("text.span_f1");
  metric->begin({{"class_names", names}});
  for (std::int64_t i = 0; i < right.size(0); ++i) {
    Batch outputs, fields;
    outputs.set("logits", scores_of(said[i], 6));
    fields.set("tags", right[i]);
    EXPECT_TRUE(metric->evaluate("s", outputs, fields).empty());
  }
  const at::Tensor shown = said.masked_fill(right.lt(0), -100);
  const auto theirs =
      torch_reference("seqeval_rules.py", {{"right", right}, {"said", shown}}, {{"names", names}});
  ASSERT_FALSE(theirs.empty());
  const at::Tensor values = theirs.at("values");
  const std::vector<std::string> order{"precision", "recall", "", "LOC", "ORG", "PER"};
  std::size_t compared = 0;
  for (const CaseValue& value : metric->over_all()) {
    const std::string part =
        value.metric == "text.span_f1" ? "" : value.metric.substr(std::strlen("text.span_f1."));
    const auto place = std::find(order.begin(), order.end(), part) - order.begin();
    ASSERT_LT(place, 6) << part;
    EXPECT_NEAR(value.value, values[place].item<double>(), 1e-12) << part;
    EXPECT_GT(value.value, 0.1) << part;
    ++compared;
  }
  EXPECT_EQ(compared, order.size());
}

TEST(SpanF1, IsZeroWhereNothingIsFound) {
  const auto metric = make<Metric>("text.span_f1");
  metric->begin({{"class_names", {"O", "B-A"}}});
  Batch outputs, fields;
  outputs.set("logits", scores_of(at::zeros({2}, at::kLong), 2));
  fields.set("tags", at::tensor({0, 1}, at::kLong));
  metric->evaluate("s", outputs, fields);
  for (const CaseValue& value : metric->over_all()) EXPECT_EQ(value.value, 0) << value.metric;
  EXPECT_THAT(message_of([&] {
                metric->begin({{"class_names", {"O"}}});
                metric->evaluate("s", outputs, fields);
              }),
              HasSubstr("the data 1 tags for 2 tokens"));
}

}  // namespace
}  // namespace warmstart::text
