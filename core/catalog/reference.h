// Reference pages in Markdown, made from what `warmstart components --json` says: one page a kind
// of component. Called by the help panel.
#pragma once
#include <string>
#include <vector>

#include "core/base/json.h"

namespace warmstart {

/// The kinds that occur, in the order of an experiment: dataset, transform, model, ..., then others
/// by name.
std::vector<std::string> component_kinds(const Json& components);

/// "# Objectives", then for each component its summary, the fields of a batch it needs and yields,
/// and a table of its parameters with type, default, range, unit and help.
std::string reference_page(const Json& components, const std::string& kind);

/// "integer list, at least 1", "one of: left, right": what a parameter's declaration allows.
std::string allowed_text(const Json& field);

}  // namespace warmstart
