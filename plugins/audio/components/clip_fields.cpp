#include "plugins/audio/components/clip_fields.h"

namespace warmstart::audio {

void describe_names(Fields& fields, ClipListOptions& names) {
  fields.field("label_pattern", names.label_pattern,
               "regular expression whose (...) is the class, on names without ending; empty: "
               "folders or the table's column");
  fields.field("group_pattern", names.group_pattern,
               "regular expression whose (...) is the group (speaker) that no two parts share");
  fields.field("file_column", names.file_column, "column of a table that names the file");
  fields.field("label_column", names.label_column, "column of the class");
  fields.field("group_column", names.group_column, "column of the group");
  fields.field("part_column", names.part_column, "column that says train, validation or test");
  fields.field("label_separator", names.label_separator, "between several classes of one clip");
  fields.field("folder", names.folder, "of a table's files; empty: the table's own");
}

void describe_parts(Fields& fields, PartOptions& part) {
  fields.field("part", part.part, "which clips: all, train, validation or test")
      .one_of({"all", "train", "validation", "test"});
  fields.field("test_groups", part.test_groups, "groups of the test part");
  fields.field("validation_groups", part.validation_groups, "groups of the validation part");
  fields.field("test_share", part.test_share, "share of groups drawn for the test part")
      .within(0, 0.9);
  fields.field("validation_share", part.validation_share, "share drawn for the validation part")
      .within(0, 0.9);
}

}  // namespace warmstart::audio
