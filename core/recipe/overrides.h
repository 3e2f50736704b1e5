// Changes to a recipe's tree before it is read: its profile and the command line's --set. Called by
// parse_recipe. What they name must be there, or be a setting that the reader knows; the rest
// becomes a problem.
#pragma once
#include <string>

#include "core/recipe/value.h"

namespace warmstart {

/// Sets the value at a dotted path ("stages.pretrain.budget.steps", "seeds.0"). A map is laid over
/// the map that stands there, unless it names another component, then it takes its place.
void override_value(Value& tree, const std::string& path, const Value& value, Problems& problems);

/// Applies the profile's entries (dotted paths or nested maps). A name that the recipe does not
/// offer is a problem, except "small", which every recipe has.
void apply_profile(Value& tree, const std::string& name, Problems& problems);

/// Applies "path=value", the value read as YAML.
void apply_set(Value& tree, const std::string& text, Problems& problems);

}  // namespace warmstart
