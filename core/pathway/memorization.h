// When a sample is memorized, when a test sample generalizes, which group goes with which (seed
// card 05). Pure; callers: the Pathway view, tests of recipes.
#pragma once
#include <cstdint>
#include <vector>

namespace warmstart {

/// One row a recorded step, in step order, one value a sample.
using StepRows = std::vector<std::vector<double>>;

/// Index of the first row from which a sample's loss stays <= eps and within delta of its last
/// loss; -1 = never. Errors: rows of different lengths.
std::vector<std::int64_t> memorization_times(const StepRows& losses, double eps, double delta);

/// The smallest eps with which at least `share` of the samples are memorized before the last row;
/// infinite when even the largest would not do.
double memorization_eps(const StepRows& losses, double share, double delta);

/// Index of the first row from which a test sample (1 = right, 0 = wrong) is right, right in at
/// least 80% of the rows from there and wrong at most once; -1 = never.
std::vector<std::int64_t> generalization_times(const StepRows& correct);

/// Pairs rows and columns of a cost matrix (rows <= columns or not) one to one so that the sum is
/// least (Kuhn and Munkres; shortest augmenting paths, cubic time): column of each row, -1 = none.
std::vector<std::int64_t> hungarian(const std::vector<std::vector<double>>& cost);

}  // namespace warmstart
