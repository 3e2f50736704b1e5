// Changes of the tree reach the text without touching what nobody changed.
#include "views/setup/yaml_rewrite.h"

#include <gtest/gtest.h>

#include <functional>

#include "views/setup/yaml_path.h"

namespace warmstart {
namespace {

constexpr const char* kRecipeText = R"(# the whole
title: "Quoted: yes"  # kept
model: {type: unet, widths: [8, 16], classes: "${data.classes}"}
arms:
  # the short one
  a: [x]
  b: [y, x]
stages:
  x:
    objective: {type: loss}   # why
    budget:
      steps: 10
  y:
    objective: other
page: |
  ## Notes

  end
)";

std::string rewritten(const std::function<void(Value&)>& edit) {
  const Value before = parse_yaml(kRecipeText, "t");
  Value after = before;
  edit(after);
  const std::string text = rewrite_yaml(kRecipeText, before, after);
  EXPECT_EQ(parse_yaml(text, "t").to_json().dump(), after.to_json().dump());
  return text;
}

std::string withReplaced(const std::string& from, const std::string& to) {
  std::string text = kRecipeText;
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos);
  return text.replace(at, from.size(), to);
}

TEST(YamlRewriteTest, NothingChangedIsTheSameText) {
  EXPECT_EQ(rewritten([](Value&) {}), kRecipeText);
}

TEST(YamlRewriteTest, AChangedNumberIsTheOnlyDifference) {
  const auto edit = [](Value& t) { set_path(t, "stages.x.budget.steps", Value::scalar("25")); };
  EXPECT_EQ(rewritten(edit), withReplaced("steps: 10", "steps: 25"));
}

TEST(YamlRewriteTest, ANewSettingJoinsTheFlowMap) {
  const auto edit = [](Value& t) { set_path(t, "stages.x.objective.ratio", Value::scalar("0.6")); };
  EXPECT_EQ(rewritten(edit), withReplaced("{type: loss}", "{type: loss, ratio: 0.6}"));
}

TEST(YamlRewriteTest, ANewMemberOfABlockMapStandsAtItsEnd) {
  const auto edit = [](Value& t) { set_path(t, "stages.x.trainer.clip", Value::scalar("1")); };
  EXPECT_EQ(rewritten(edit), withReplaced("steps: 10\n", "steps: 10\n    trainer: {clip: 1}\n"));
}

TEST(YamlRewriteTest, ARemovedMemberTakesItsLines) {
  const auto edit = [](Value& t) { erase_path(t, "stages.y"); };
  EXPECT_EQ(rewritten(edit), withReplaced("\n  y:\n    objective: other", ""));
}

TEST(YamlRewriteTest, ReorderedAndRenamedArmsKeepTheirLines) {
  const std::string text = rewritten([](Value& t) {
    auto& arms = t.find("arms")->members;
    std::swap(arms[0], arms[1]);
    arms[0].first = "long";
  });
  EXPECT_NE(text.find("long: [y, x]\n  a: [x]\nstages:"), std::string::npos) << text;
}

TEST(YamlRewriteTest, ListItemsMoveAndGo) {
  const auto edit = [](Value& t) {
    t.find("arms")->find("b")->items.erase(t.find("arms")->find("b")->items.begin());
  };
  EXPECT_EQ(rewritten(edit), withReplaced("[y, x]", "[x]"));
}

TEST(YamlRewriteTest, AnAnchoredTextIsWrittenAnewButReadsRight) {
  const std::string text = "a: &k {x: 1}\nb: *k\n";
  const Value before = parse_yaml(text, "t");
  Value after = before;
  set_path(after, "b.x", Value::scalar("2"));
  const std::string changed = rewrite_yaml(text, before, after);
  EXPECT_EQ(parse_yaml(changed, "t").to_json().dump(), R"({"a":{"x":1},"b":{"x":2}})");
}

TEST(YamlRewriteTest, LinesAndPathsFindEachOther) {
  const Value tree = parse_yaml(kRecipeText, "t");
  EXPECT_EQ(line_of_path(tree, "stages.x.budget.steps"), 12);
  EXPECT_EQ(path_at_line(tree, 12), "stages.x.budget.steps");
  EXPECT_EQ(line_of_path(tree, "stages.none"), 0);
}

}  // namespace
}  // namespace warmstart
