// New names for stages, arms and data entries of a recipe, wherever the recipe says them: chains,
// measures, captures, claims, and the overrides of its profiles. No Qt.
#pragma once
#include <string>

#include "core/recipe/value.h"

namespace warmstart {

void rename_stage(Value& tree, const std::string& from, const std::string& to);
void rename_arm(Value& tree, const std::string& from, const std::string& to);
void rename_data(Value& tree, const std::string& from, const std::string& to);

/// The arms written out: a recipe without them runs its stages as one chain.
Value& written_arms(Value& tree);

}  // namespace warmstart
