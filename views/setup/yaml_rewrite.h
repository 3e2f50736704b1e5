// Writes a changed tree back into the text that it was parsed from, so that what nobody changed
// stays as its author wrote it: comments, quotes, order, flow and block style. Forms and the chain
// graph change the tree; this is how their changes reach the text. No Qt.
#pragma once
#include <string>

#include "core/recipe/value.h"

namespace warmstart {

/// `text` with as few changes as make it read as `after`; `before` is what parse_yaml made of it.
/// The result is parsed again and compared; where it would not read as `after` (anchors, exotic
/// layouts), that whole text is written anew, without its comments.
std::string rewrite_yaml(const std::string& text, const Value& before, const Value& after);

}  // namespace warmstart
