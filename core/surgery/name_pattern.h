// Patterns over parameter names, as recipes write them: `encoder`, `encoder.*`, `*.norm?.weight`.
#pragma once
#include <string>
#include <vector>

namespace warmstart {

/// `*` stands for any run of characters (dots too), `?` for one. A pattern also matches what lies
/// below the module it names: "encoder" matches "encoder.level0.weight" but not "encoder2".
bool name_matches(const std::string& pattern, const std::string& name);

/// True when one of the patterns matches.
bool any_name_matches(const std::vector<std::string>& patterns, const std::string& name);

}  // namespace warmstart
