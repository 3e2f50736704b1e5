// All numbers of one record of a routing trace, of its aggregates together, on several threads. The
// routing trace computes them while a model trains; tests/bench/pathway_bench times them.
#pragma once
#include "core/pathway/pathway_complexity.h"
#include "core/pathway/pathway_descriptors.h"
#include "core/pathway/pathway_distance.h"

namespace warmstart {

/// Of one aggregate. Means over pairs or samples; NaN where there is nothing to average.
struct PathwaySummary {
  double distance = 0, same = 0;   ///< of all pairs, of pairs within a group
  std::vector<double> layers;      ///< distance of all pairs, by layer
  std::vector<double> similarity;  ///< (n, L-1), see layer_similarity
  double complexity = 0;           ///< paper's form; NaN below three layers
  double complexity_plain = 0;     ///< NaN below two layers
  PathwayDescriptors descriptors;
};

struct PathwayPairs {
  std::vector<SamplePair> all, same;
};

struct SummaryRules {
  double tau = 0.7;
  PathwayDistance how;
  unsigned threads = 0;  ///< 0 = all cores; the numbers do not depend on it
};

/// Of aggregates of the same samples, layers and experts. Errors as top_experts and
/// layer_similarity.
std::vector<PathwaySummary> summarise_pathways(const std::vector<RoutingWeights>& aggregates,
                                               const RouterRows& rows, const PathwayPairs& pairs,
                                               const SummaryRules& rules);

}  // namespace warmstart
