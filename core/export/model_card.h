// The page that goes with an exported model: where it comes from, what it was measured to do, how
// to feed it. Made in two steps, so that the text can be made from stored facts too: facts (JSON)
// -> Markdown.
#pragma once
#include <string>
#include <vector>

#include "core/base/json.h"
#include "core/recipe/recipe.h"
#include "core/run/run_history.h"

namespace warmstart {

/// `metadata`: what the export stores for the file's users; `report`: ExportReport::to_json();
/// `runs`: finished runs of the same recipe and arm, one a seed. Result: {title, summary, recipe,
/// arm, profile, model, lineage: [{stage, objective, data, budget, from, surgery}],
///  data: [{name, dataset, settings}], metrics: [{on, name, mean, sd, seeds}], claims: [text],
///  export, usage}
Json card_facts(const Recipe& recipe, const std::string& arm, const Json& metadata,
                const Json& report, const std::vector<RunHistory>& runs);

/// Markdown; parts that `facts` lacks are left out.
std::string model_card(const Json& facts);

}  // namespace warmstart
