// Metric 1 of seed card 05: how far the pathways of samples lie apart, for pairs, layers, groups
// and all against all. Callers: the routing trace, the Pathway view.
#pragma once
#include <utility>

#include "core/pathway/pathway.h"

namespace warmstart {

struct PathwayDistance {
  PathwayUnit unit = PathwayUnit::kSymbol;
  bool normalise = true;  ///< divided by the longer one's length
};

double pathway_distance(const Pathway& a, const Pathway& b, const PathwayDistance& how);

/// Indices of two samples.
using SamplePair = std::pair<std::size_t, std::size_t>;
/// `count` different pairs of different samples from `seed`, all of them where there are not more;
/// with `groups` (one a sample) pairs within a group alone. The same on every machine.
std::vector<SamplePair> sample_pairs(std::size_t samples, std::size_t count, std::uint64_t seed,
                                     const std::vector<std::int64_t>& groups = {});

struct DistanceSummary {
  double mean, deviation;  ///< over the pairs; NaN without pairs
  std::size_t pairs;
};
DistanceSummary mean_distance(const std::vector<Pathway>& pathways,
                              const std::vector<SamplePair>& pairs, const PathwayDistance& how);
/// The same for the expert lists of one layer alone (from 0), and of each.
DistanceSummary layer_distance(const std::vector<Pathway>& pathways, std::size_t layer,
                               const std::vector<SamplePair>& pairs, const PathwayDistance& how);
std::vector<DistanceSummary> layer_distances(const std::vector<Pathway>& pathways,
                                             const std::vector<SamplePair>& pairs,
                                             const PathwayDistance& how);

/// (n,n), symmetric, zeros on the diagonal; on `threads` threads (0 = all cores).
std::vector<float> distance_matrix(const std::vector<Pathway>& pathways, const PathwayDistance& how,
                                   unsigned threads = 0);

/// Mean distance between the samples of two groups (of pairs of different samples), NaN without
/// any: (G,G) in the order of `names`.
struct GroupDistances {
  std::vector<std::int64_t> names;  ///< rising
  std::vector<double> mean;
};
GroupDistances group_distances(const std::vector<float>& matrix,
                               const std::vector<std::int64_t>& groups);

/// An order of the samples that puts groups one after another, and within a group neighbours next
/// to each other: the leaves of the tree of average linkage.
std::vector<std::size_t> similar_order(const std::vector<float>& matrix,
                                       const std::vector<std::int64_t>& groups);

}  // namespace warmstart
