#include "core/catalog/fields.h"

#include <gtest/gtest.h>

#include "core/catalog/catalog.h"

namespace warmstart {
namespace {

struct FieldsProbe {
  bool flag = true;
  std::int64_t count = 3;
  double rate = 0.1;
  std::string mode = "fast";
  std::vector<std::int64_t> size{1, 2, 3};
  std::vector<double> scales;
  std::vector<std::string> tags;
  void describe(Fields& fields) {
    fields.field("flag", flag, "a switch");
    fields.field("count", count, "how many").at_least(1);
    fields.field("rate", rate, "a rate").above(0);
    fields.field("mode", mode, "how").one_of({"fast", "slow"});
    fields.field("size", size, "patch").length(3).at_least(1).unit("voxels");
    fields.field("scales", scales, "scales").within(0, 1);
    fields.field("tags", tags, "tags").one_of({"a", "b"});
  }
};

std::string fields_problems(const std::string& yaml, FieldsProbe* out = nullptr) {
  FieldsProbe probe;
  Fields fields;
  probe.describe(fields);
  Problems problems("r.yaml");
  fields.read(parse_yaml(yaml, "r.yaml"), "x", problems);
  if (out != nullptr) *out = probe;
  std::string text;
  for (const Problem& problem : problems.list()) {
    text += (text.empty() ? "" : "\n") + problems.text(problem);
  }
  return text;
}

TEST(Fields, ReadEveryType) {
  FieldsProbe probe;
  EXPECT_EQ(fields_problems("{flag: false, count: 7, rate: 1e-3, mode: slow, size: [4, 5, 6], "
                            "scales: [0.5, 1], tags: [a, b]}",
                            &probe),
            "");
  EXPECT_FALSE(probe.flag);
  EXPECT_EQ(probe.count, 7);
  EXPECT_EQ(probe.rate, 1e-3);
  EXPECT_EQ(probe.mode, "slow");
  EXPECT_EQ(probe.size, (std::vector<std::int64_t>{4, 5, 6}));
  EXPECT_EQ(probe.scales, (std::vector<double>{0.5, 1.0}));
  EXPECT_EQ(probe.tags, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(fields_problems("{rate: 100}", &probe), "");
  EXPECT_EQ(probe.rate, 100.0);
}

TEST(Fields, RefuseWrongTypesAndRanges) {
  EXPECT_EQ(fields_problems("{flag: yes}"),
            "r.yaml:1:8: x.flag: found \"yes\"; allowed: true or false");
  EXPECT_EQ(fields_problems("{count: 1e5}"),
            "r.yaml:1:9: x.count: found \"1e5\"; allowed: integer >= 1");
  EXPECT_EQ(fields_problems("{count: 1_000}"),
            "r.yaml:1:9: x.count: found \"1_000\"; allowed: integer >= 1");
  EXPECT_EQ(fields_problems("{count: '3'}"),
            "r.yaml:1:9: x.count: found text \"3\"; allowed: integer >= 1");
  EXPECT_EQ(fields_problems("{rate: 0}"), "r.yaml:1:8: x.rate: found \"0\"; allowed: number > 0");
  EXPECT_EQ(fields_problems("{rate: .nan}"),
            "r.yaml:1:8: x.rate: found \".nan\"; allowed: number > 0");
  EXPECT_EQ(
      fields_problems("{mode: fats}"),
      "r.yaml:1:8: x.mode: found \"fats\"; allowed: one of fast, slow; did you mean \"fast\"?");
  EXPECT_EQ(fields_problems("{size: 8}"),
            "r.yaml:1:8: x.size: found \"8\"; allowed: list of 3 integers >= 1 (voxels); write "
            "[8, 8, 8]");
  EXPECT_EQ(fields_problems("{size: [1, 2]}"),
            "r.yaml:1:8: x.size: found a list of 2; allowed: list of 3 integers >= 1 (voxels)");
  EXPECT_EQ(fields_problems("{scales: [0.5, 2]}"),
            "r.yaml:1:16: x.scales.1: found \"2\"; allowed: number from 0 to 1");
  EXPECT_EQ(fields_problems("{count: }"),
            "r.yaml:1:2: x.count: found nothing; allowed: integer >= 1");
  EXPECT_EQ(
      fields_problems("{coutn: 1}"),
      "r.yaml:1:2: x.coutn: found an unknown key; allowed: flag, count, rate, mode, size, scales, "
      "tags; did you mean \"count\"?");
  EXPECT_EQ(fields_problems("[1]"), "r.yaml:1:1: x: found a list of 1; allowed: a map of settings");
}

TEST(Fields, LeavePlaceholdersForLater) {
  FieldsProbe probe;
  EXPECT_EQ(fields_problems("{count: ${data.classes}, size: [1, ${a}, 2]}", &probe), "");
  EXPECT_EQ(probe.count, 3);
  Fields fields;
  probe.describe(fields);
  const Value settings = parse_yaml("{count: ${data.classes}}", "");
  EXPECT_EQ(fields.resolved(settings)["count"], "${data.classes}");
  EXPECT_EQ(fields.resolved(settings)["rate"], 0.1);
}

TEST(Fields, DeclareNameTypeDefaultAndRange) {
  FieldsProbe probe;
  Fields fields;
  probe.describe(fields);
  const Json json = fields.declarations();
  EXPECT_EQ(json[1], Json({{"name", "count"},
                           {"type", "integer"},
                           {"default", 3},
                           {"min", 1.0},
                           {"help", "how many"}}));
  EXPECT_EQ(json[2]["min_excluded"], true);
  EXPECT_EQ(json[3]["choices"], Json({"fast", "slow"}));
  EXPECT_EQ(json[4]["type"], "integer list");
  EXPECT_EQ(json[4]["unit"], "voxels");
}

TEST(Fields, RequireWhatHasNoDefault) {
  std::string root;
  Fields fields;
  fields.field("root", root, "folder of the images").required();
  Problems problems("r.yaml");
  fields.read(parse_yaml("\n  {}", ""), "data", problems);
  ASSERT_EQ(problems.list().size(), 1u);
  EXPECT_EQ(
      problems.text(problems.list()[0]),
      "r.yaml:2:3: data.root: found nothing; allowed: string; it has no default: folder of the "
      "images");
}

TEST(Fields, SubstituteWholeValuesAndPartsOfText) {
  Value value = parse_yaml("{a: ${n}, b: ${d}/x/${d}, c: [${l}], d: ${other}}", "");
  substitute(value, {{"n", 3}, {"d", "/tmp"}, {"l", {1, 2}}});
  EXPECT_EQ(value.to_json(),
            Json({{"a", 3}, {"b", "/tmp/x//tmp"}, {"c", {{1, 2}}}, {"d", "${other}"}}));
  EXPECT_EQ(placeholders(value), std::vector<std::string>{"other"});
  EXPECT_EQ(value.find("a")->mark.column, 5);
  EXPECT_TRUE(is_placeholder(*value.find("d")));
  EXPECT_FALSE(is_placeholder(*value.find("a")));
}

}  // namespace
}  // namespace warmstart
