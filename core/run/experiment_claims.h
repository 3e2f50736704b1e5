// What an experiment found: the claims of its recipe checked on the runs of all arms and seeds. The
// runner does it when the last run of an experiment is done, whoever submitted it; `check` prints.
#pragma once
#include <vector>

#include "core/claim/claim.h"
#include "core/run/workspace.h"

namespace warmstart {

/// The claims that a recipe's text makes. Error lists what is wrong in them.
std::vector<ClaimSpec> claims_of_text(const std::string& recipe_text);

/// From the recipe that the experiment's runs were made with, and what they measured. Error when a
/// run has not ended well: a claim needs every run.
std::vector<ClaimResult> check_experiment(Workspace& workspace, std::int64_t experiment);

/// Checks and records, once every run is done and every arm that the claims compare is among them;
/// numbers that are recorded already are not recorded again. Recorded: how many. Nothing is said
/// of a smoke run, whose two steps say nothing.
std::size_t conclude_experiment(Workspace& workspace, std::int64_t experiment);

}  // namespace warmstart
