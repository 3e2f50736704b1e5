#include "core/recipe/value.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/base/random.h"

namespace warmstart {
namespace {

std::string problem_of(const std::string& text) {
  try {
    parse_yaml(text, "r.yaml");
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(Value, KeepsOrderAndMarksFromOne) {
  const Value value = parse_yaml("b: 1\na:\n  - x\n  - {k: v}\n", "r.yaml");
  ASSERT_EQ(value.members.size(), 2u);
  EXPECT_EQ(value.members[0].first, "b");
  EXPECT_EQ(value.members[0].second.mark.line, 1);
  EXPECT_EQ(value.members[0].second.mark.column, 4);
  const Value& item = value.find("a")->items[1];
  EXPECT_EQ(item.mark.line, 4);
  EXPECT_EQ(item.find("k")->mark.column, 9);
  EXPECT_EQ(item.find("k")->key_mark.column, 6);
}

TEST(Value, ReadsScalarsAsYaml12Does) {
  const Json json =
      parse_yaml(
          "[1, -2, 0x10, 0o17, 1.5, 1e-3, .5, true, False, null, ~, yes, no, '1', \"true\", "
          "1_000, 1.2.3, 99999999999999999999]",
          "r.yaml")
          .to_json();
  const Json expected = {1,       -2,      16,    15,   1.5, 1e-3,   0.5,     true,    false,
                         nullptr, nullptr, "yes", "no", "1", "true", "1_000", "1.2.3", 1e20};
  EXPECT_EQ(json, expected);
  EXPECT_TRUE(json[0].is_number_integer());
  EXPECT_TRUE(json[5].is_number_float());
  EXPECT_TRUE(std::isinf(parse_yaml("-.inf", "").to_json().get<double>()));
  EXPECT_TRUE(std::isnan(parse_yaml(".nan", "").to_json().get<double>()));
}

TEST(Value, KeepsPlaceholdersAsTextAlsoInFlow) {
  const Value value = parse_yaml("{root: ${data}, n: \"${d.classes}\", p: ${data}/x}", "r.yaml");
  EXPECT_EQ(value.find("root")->text, "${data}");
  EXPECT_EQ(value.find("n")->text, "${d.classes}");
  EXPECT_EQ(value.find("p")->text, "${data}/x");
  EXPECT_EQ(value.find("p")->mark.column, 39);
}

TEST(Value, RefusesWhatIsOverTheLimits) {
  EXPECT_EQ(problem_of(std::string((1 << 20) + 1, 'a')),
            "larger than 1 MB (1048577 bytes); r.yaml; is this a recipe?");
  EXPECT_EQ(problem_of(std::string(65, '[') + std::string(65, ']')),
            "nested deeper than 64 levels; r.yaml:1:65; flatten the file");
  EXPECT_EQ(problem_of(std::string(64, '[') + std::string(64, ']')), "");
  EXPECT_NE(problem_of(std::string(1000000, '[')), "");
  std::string deep;
  for (int i = 0; i < 200; ++i) deep += std::string(i, ' ') + "a:\n";
  EXPECT_EQ(problem_of(deep), "nested deeper than 64 levels; r.yaml:65:65; flatten the file");
}

TEST(Value, RefusesAliasBombs) {
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 12; ++i) {
    const std::string last = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + last;
    for (int j = 0; j < 8; ++j) bomb += ", " + last;
    bomb += "]\n";
  }
  EXPECT_NE(problem_of(bomb).find("aliases expand to more than 10000 parts; r.yaml:5:"),
            std::string::npos)
      << problem_of(bomb);
  EXPECT_NE(problem_of("a: &x [*x]").find("an alias stands inside what it names; r.yaml:1:8"),
            std::string::npos)
      << problem_of("a: &x [*x]");
}

TEST(Value, ExpandsOrdinaryAliases) {
  const Value value = parse_yaml("a: &x {k: 1}\nb: *x\n", "r.yaml");
  EXPECT_EQ(value.find("b")->to_json(), Json({{"k", 1}}));
  EXPECT_EQ(value.find("b")->mark.line, 2);
}

TEST(Value, ReportsEveryDuplicateKey) {
  EXPECT_EQ(problem_of("a: 1\nb: {c: 1, c: 2}\na: 2\n"),
            "r.yaml:2:11: c: found the key twice; allowed: each key once; remove one of them\n"
            "r.yaml:3:1: a: found the key twice; allowed: each key once; remove one of them");
}

TEST(Value, RefusesTagsSecondDocumentsAndOddKeys) {
  EXPECT_NE(problem_of("a: !!binary aGk=").find("r.yaml:1:4: found the tag"), std::string::npos);
  EXPECT_NE(problem_of("a: 1\n---\nb: 2\n").find("found a second document"), std::string::npos);
  EXPECT_NE(problem_of("? [a, b]\n: 1\n").find("a name as key"), std::string::npos);
  EXPECT_NE(problem_of("a: \xff").find("neither UTF-8 text nor a line break; r.yaml:1:4"),
            std::string::npos);
  EXPECT_NE(problem_of("a: [1, 2").find("not valid YAML"), std::string::npos);
}

TEST(Value, WritesYamlThatReadsBackTheSame) {
  const Json json = {{"name", "x"},
                     {"text", "true"},
                     {"number", "1e5"},
                     {"empty", ""},
                     {"colon", "a: b # c"},
                     {"list", {1, 2.0, "3", nullptr, true}},
                     {"maps", {{{"a", 1}, {"b", Json::array()}}, {{"c", Json::object()}}}},
                     {"nested", {{1, 2}, {3, 4}}},
                     {"page", "# Head\n\nA *line*: with: colons\n- and a list\n"},
                     {"odd", "trailing \n\n\n"},
                     {"control", std::string("\x01\t\r\n", 4)},
                     {"placeholder", "${data.classes}"},
                     {"path", "${data}/a b"},
                     {"utf8", "Grüße, 世界"},
                     {"dash", "- x"},
                     {"- key", 1e-7}};
  const std::string text = to_yaml(Value::from_json(json));
  const Value back = parse_yaml(text, "r.yaml");
  EXPECT_EQ(back.to_json(), json) << text;
  EXPECT_EQ(to_yaml(back), text);
}

TEST(Value, RoundTripsRandomText) {
  Random random(7);
  const std::string alphabet = "ab01 .:-#'\"\n\t[]{},&*!|>%@`$\\~?=<ü";
  for (int trial = 0; trial < 3000; ++trial) {
    std::string text;
    for (std::int64_t i = random.integer(0, 12); i > 0; --i) {
      const auto at = static_cast<std::size_t>(random.integer(0, 32));
      text += at == 32 ? std::string("ü") : std::string(1, alphabet[at]);
    }
    const Json json = {{"k", {text, {{text, text}}}}, {"l", text}};
    const std::string yaml = to_yaml(Value::from_json(json));
    ASSERT_EQ(parse_yaml(yaml, "r.yaml").to_json(), json) << yaml;
  }
}

TEST(Value, SurvivesRandomBytesAndDamagedYaml) {
  Random random(3);
  const std::string good = "a: {b: [1, ${x}], c: 'q'}\nd:\n  - &x e: |\n      text\n  - *x\n";
  int refused = 0;
  for (int trial = 0; trial < 3000; ++trial) {
    std::string text = good;
    for (std::int64_t i = random.integer(1, 4); i > 0; --i) {
      text[static_cast<std::size_t>(
          random.integer(0, static_cast<std::int64_t>(text.size()) - 1))] =
          static_cast<char>(random.integer(0, 255));
    }
    try {
      const Value value = parse_yaml(text, "r.yaml");
      ASSERT_EQ(parse_yaml(to_yaml(value), "r.yaml").to_json(), value.to_json()) << text;
    } catch (const Error&) {
      ++refused;
    }
  }
  EXPECT_GT(refused, 1000);
}

Json problems_of(const std::string& text) {
  try {
    parse_yaml(text, "r.yaml");
  } catch (const Error& error) {
    return problems_json(error);
  }
  return nullptr;
}

TEST(Value, ProblemsOfTheTextHaveTheirPlaceForMachinesToo) {
  const Json yaml = problems_of("a: 1\nb: [1, 2\n");
  ASSERT_EQ(yaml.size(), 1U);
  EXPECT_EQ(yaml[0]["line"], 3);
  EXPECT_EQ(yaml[0]["column"], 1);
  EXPECT_EQ(yaml[0]["text"], problem_of("a: 1\nb: [1, 2\n"));
  EXPECT_EQ(yaml[0]["hint"], "check quotes, brackets and indentation there");
  const Json twice = problems_of("a: 1\n\n  \na: 2\nb: 1\nb: 2\n");
  ASSERT_EQ(twice.size(), 2U);
  EXPECT_EQ(twice[0], Json({{"key", "a"},
                            {"line", 4},
                            {"column", 1},
                            {"found", "the key twice"},
                            {"allowed", "each key once"},
                            {"hint", "remove one of them"},
                            {"text",
                             "r.yaml:4:1: a: found the key twice; allowed: each key once; "
                             "remove one of them"}}));
  EXPECT_EQ(twice[1]["line"], 6);
}

TEST(Value, AnErrorWithoutAPlaceIsOneProblem) {
  const Json list = problems_json(Error("no such file", "x.yaml", "check the name"));
  ASSERT_EQ(list.size(), 1U);
  EXPECT_EQ(list[0]["line"], 0);
  EXPECT_EQ(list[0]["text"], "no such file; x.yaml; check the name");
  EXPECT_EQ(list[0]["hint"], "check the name");
}

TEST(Value, NearestNameFindsTyposAndMissingPrefixes) {
  EXPECT_EQ(nearest_name("widht", {"dims", "width"}), "width");
  EXPECT_EQ(nearest_name("Adam", {"adamw", "sgd"}), "adamw");
  EXPECT_EQ(nearest_name("image_pairs", {"text.lines", "medical.image_pairs"}),
            "medical.image_pairs");
  EXPECT_EQ(nearest_name("zzz", {"dims", "width"}), "");
  EXPECT_EQ(nearest_name("", {"a"}), "");
}

}  // namespace
}  // namespace warmstart
