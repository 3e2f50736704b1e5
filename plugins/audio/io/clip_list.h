// Which sound files there are, with their labels, groups (speakers, sessions), transcripts and
// parts: from folders of classes, from names that follow a pattern, or from a table. Looks at names
// and tables only.
#pragma once
#include <string>
#include <vector>

#include "core/base/files.h"

namespace warmstart::audio {

struct Clip {
  std::string name;  ///< for people: the path below the root, without ending
  Path file;
  std::vector<std::string> labels;  ///< one, or several where sounds overlap; none: unlabelled
  std::string group;                ///< "" = none
  std::string part;                 ///< "train", "test", ... as the table says; "" = it does not
  std::string transcript;
  std::string where;  ///< table and line, for errors
};

struct ClipListOptions {
  /// A folder (its folders are the classes, unless `label_pattern` finds them in the names), or a
  /// table (.csv, .tsv, .jsonl) beside its files.
  Path root;
  std::string label_pattern, group_pattern;  ///< regular expressions with one (...), on the stem
  std::string file_column = "file", label_column = "label", group_column, part_column,
              transcript_column;
  std::string label_separator;  ///< between several labels of one clip; "" = always one
  std::string folder;           ///< of a table's files; "" = the table's own
};

/// Sorted by name for folders, in the table's order else. Errors: nothing there, a pattern that is
/// not one, a name that it does not fit, a table without the column, a row without file.
std::vector<Clip> find_clips(const ClipListOptions& options);

/// Single files without labels, by their own names: what a prediction is asked for.
std::vector<Clip> clips_of_files(const std::vector<std::string>& paths);

/// Every label once: by value where all are whole numbers, else by name.
std::vector<std::string> class_names_of(const std::vector<Clip>& clips);

/// The places of the clips that belong to `part` (train, validation, test, all).
struct PartOptions {
  std::string part = "all";
  std::vector<std::string> test_groups, validation_groups;  ///< named groups; or
  double test_share = 0, validation_share = 0;              ///< of groups, drawn by their names
};
/// A group never falls into two parts. Without groups each clip is one of its own. A table's own
/// parts are used where it has them. Errors: a named group that does not occur, an empty part.
std::vector<std::size_t> clips_of_part(const std::vector<Clip>& clips, const PartOptions& options);

/// The first `per_class` clips of each label in an order that is drawn by their names and `draw`.
std::vector<Clip> few_of_each(std::vector<Clip> clips, std::int64_t per_class, std::int64_t draw);

}  // namespace warmstart::audio
