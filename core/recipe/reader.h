// The steps between a recipe's tree and a checked Recipe. Only parse_recipe calls these; each notes
// what is wrong in `problems` and goes on, so that the user sees everything at once.
#pragma once
#include "core/recipe/recipe.h"

namespace warmstart {

/// Reads every part of the tree; component settings come out complete, with every default.
Recipe read_recipe(const Value& tree, const std::filesystem::path& folder, Problems& problems);

/// One stage; `tree` gives the top-level defaults, `folder` is where a relative `from` may start.
struct StageDefaults {
  TrainerSettings trainer;
  Value optimizer, schedule;
};
StageSpec read_stage(const std::string& name, const Value& text, const StageDefaults& defaults,
                     const std::filesystem::path& folder, Problems& problems);

/// Reads `{type_key: NAME, ...}` or a plain name, checks it against the catalog and fills the
/// settings in.
ComponentSpec read_component(const std::string& kind, const Value& value, const std::string& path,
                             Problems& problems, const std::string& type_key = "type");
/// A list of them; absent = empty.
std::vector<ComponentSpec> read_components(const std::string& kind, const Value& list,
                                           const std::string& path, Problems& problems);
std::vector<MeasureSpec> read_measures(const Value& list, Problems& problems);
std::vector<CaptureSpec> read_captures(const Value& list, Problems& problems);
std::vector<ClaimSpec> read_claims(const Value& text, Problems& problems);

/// A user's own name for a data entry, stage or arm: letters, digits, "_" and "-".
void check_own_name(const std::string& key, const std::string& name, const Value& at,
                    Problems& problems);

/// What spans several parts: names that must exist, needs and yields, claims on measured values.
/// `tree` gives the marks.
void check_recipe(const Recipe& recipe, const Value& tree, Problems& problems);

/// The recipe as text again, every default written out.
Value resolved_tree(const Recipe& recipe, const Value& profiles);

}  // namespace warmstart
