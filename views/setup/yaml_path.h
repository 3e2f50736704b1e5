// Places in a recipe's tree by dotted path, as problems and forms name them. No Qt.
#pragma once
#include <string>
#include <vector>

#include "core/recipe/value.h"

namespace warmstart {

/// Where a dotted path stands: line from 1 of its key or item, 0 when it does not exist.
int line_of_path(const Value& tree, const std::string& path);
/// The deepest dotted path whose key stands at or before this line.
std::string path_at_line(const Value& tree, int line);

/// The value at a dotted path ("stages.a.budget.steps", "measure.0.on"), or nullptr.
const Value* find_path(const Value& tree, const std::string& path);
/// Sets it; maps that are missing on the way are made. A list's index must exist.
void set_path(Value& tree, const std::string& path, Value value);
/// Removes a member or item; maps that become empty on the way stay.
void erase_path(Value& tree, const std::string& path);
std::vector<std::string> split_path(const std::string& path);

}  // namespace warmstart
