// From which record on a sample is memorized (seed card 05). Pure; called by read_sample_course.
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

}  // namespace warmstart
