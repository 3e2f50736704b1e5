// Settings by which data sets of clips name files, groups and parts: one declaration for all of
// them.
#pragma once
#include "core/catalog/fields.h"
#include "plugins/audio/io/clip_list.h"

namespace warmstart::audio {

/// How names and tables tell the files, classes and groups.
void describe_names(Fields& fields, ClipListOptions& names);
/// Which part of the clips is used.
void describe_parts(Fields& fields, PartOptions& part);

}  // namespace warmstart::audio
