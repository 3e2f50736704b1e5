#include "core/catalog/reference.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace warmstart {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Json reference_example() {
  return Json::parse(R"([
    {"kind": "metric", "name": "dice", "plugin": "", "summary": "overlap", "needs": ["logits", "label"],
     "yields": [], "papers": [1, 17], "fields": [
       {"name": "background", "type": "boolean", "default": false, "help": "also class 0"}]},
    {"kind": "metric", "name": "medical.asd", "plugin": "medical", "summary": "a | b <b>", "needs": [],
     "yields": [], "papers": [], "fields": []},
    {"kind": "model", "name": "unet", "plugin": "", "summary": "U-Net", "needs": ["image"],
     "yields": ["logits"], "papers": [], "fields": [
       {"name": "dims", "type": "integer", "default": 2, "min": 2.0, "max": 3.0, "help": "axes"},
       {"name": "widths", "type": "integer list", "default": [8, 16], "min": 0.0,
        "min_excluded": true, "length": 2, "unit": "channels", "help": "of each level"},
       {"name": "norm", "type": "string", "default": "", "choices": ["batch", "none"], "help": "n"},
       {"name": "root", "type": "string", "default": null, "required": true, "help": "where"}]}])");
}

TEST(Reference, HasAPageForEachKindAndAnIndex) {
  const auto pages = reference_pages(reference_example());
  ASSERT_EQ(pages.size(), 3U);
  EXPECT_THAT(pages.at("index.md"), HasSubstr("## [metric](metric.md)"));
  EXPECT_THAT(pages.at("index.md"), HasSubstr("- `unet`: U-Net\n"));
  EXPECT_THAT(pages.at("metric.md"), HasSubstr("## dice"));
  EXPECT_THAT(pages.at("metric.md"), HasSubstr("## medical.asd"));
  EXPECT_THAT(pages.at("metric.md"), Not(HasSubstr("unet")));
}

TEST(Reference, TellsEveryParameterWithItsLimits) {
  const std::string page = reference_pages(reference_example()).at("model.md");
  EXPECT_THAT(page, HasSubstr("| `dims` | integer | `2` | ≥ 2, ≤ 3 |  | axes |"));
  EXPECT_THAT(page, HasSubstr("| `widths` | integer list | `[8,16]` | > 0; 2 values | channels |"));
  EXPECT_THAT(page, HasSubstr("| `norm` | string | empty | `batch`, `none` |  | n |"));
  EXPECT_THAT(page, HasSubstr("| `root` | string | required |  |  | where |"));
  EXPECT_THAT(page, HasSubstr("- needs: `image`\n- yields: `logits`\n"));
}

TEST(Reference, KeepsTextInsideItsCellAndMarkupOut) {
  const std::string page = reference_pages(reference_example()).at("metric.md");
  EXPECT_THAT(page, HasSubstr("a \\| b &lt;b>"));
  EXPECT_THAT(page, HasSubstr("- papers: 1, 17\n"));
  EXPECT_THAT(page, HasSubstr("- plugin: medical\n\nNo parameters.\n"));
}

}  // namespace
}  // namespace warmstart
