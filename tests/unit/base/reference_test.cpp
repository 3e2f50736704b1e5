// Reference pages say what the declarations say.
#include "core/catalog/reference.h"

#include <gmock/gmock.h>

namespace warmstart {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

const Json kComponents = Json::parse(R"([
  {"kind": "metric", "name": "dice", "summary": "overlap", "needs": ["label"], "yields": [], "papers": [1, 17], "fields": []},
  {"kind": "zebra", "name": "z", "summary": "last", "fields": []},
  {"kind": "dataset", "name": "disk", "summary": "files", "needs": [], "yields": ["image", "label"], "fields": [
    {"name": "root", "type": "string", "default": null, "required": true, "help": "a folder | or link"},
    {"name": "share", "type": "number", "default": 0.5, "min": 0.0, "max": 1.0, "unit": "of voxels", "help": "kept"},
    {"name": "side", "type": "string", "default": "left", "choices": ["left", "right"], "help": "half"},
    {"name": "size", "type": "integer list", "default": [8, 8], "length": 2, "min": 1.0, "help": "edge"},
    {"name": "rate", "type": "number", "default": 1.0, "min": 0.0, "min_excluded": true, "help": "speed"}]}])");

TEST(Reference, ListsKindsInTheOrderOfAnExperiment) {
  EXPECT_THAT(component_kinds(kComponents), ElementsAre("dataset", "metric", "zebra"));
}

TEST(Reference, APageNamesEveryParameterWithItsRangeUnitAndDefault) {
  const std::string page = reference_page(kComponents, "dataset");
  EXPECT_THAT(page, HasSubstr("# Dataset\n\n## disk\n\nfiles.\n\nYields: image, label."));
  EXPECT_THAT(page, HasSubstr("| `root` | string | *required* |  | a folder \\| or link |"));
  EXPECT_THAT(page, HasSubstr("| `share` | number, 0 to 1 | `0.5` | of voxels | kept |"));
  EXPECT_THAT(page, HasSubstr("| `side` | one of: left, right | `left` |  | half |"));
  EXPECT_THAT(page, HasSubstr("| `size` | integer list of 2, at least 1 | `[8,8]` |  | edge |"));
  EXPECT_THAT(page, HasSubstr("| `rate` | number, above 0 | `1.0` |  | speed |"));
  EXPECT_THAT(page, Not(HasSubstr("dice")));
}

TEST(Reference, AComponentWithoutParametersSaysSo) {
  EXPECT_THAT(reference_page(kComponents, "metric"),
              HasSubstr("Seed papers: 1, 17.  \nNo parameters."));
}

}  // namespace
}  // namespace warmstart
