// Uniform manifold approximation and projection (McInnes, Healy and Melville 2018, arXiv
// 1802.03426): points on a plane so that near ones stay near. Distances between far groups mean
// little there; the principal components beside it keep them. Used by the Embedding view, on
// another thread.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "views/embedding/principal_components.h"

namespace warmstart {

struct FuzzyEdge {
  std::size_t from = 0, to = 0;  ///< from < to
  double weight = 0;             ///< membership, in (0, 1]
};

/// The fuzzy graph of `values` (points, features), row-major and finite, by Euclidean distance
/// (section 3.1): each point reaches its `neighbours` - 1 nearest others (2 neighbours or more),
/// the first of them with weight 1, the weights of a point sum to log2(neighbours), and both
/// directions are joined as a probabilistic or. Ordered by from, then to.
std::vector<FuzzyEdge> fuzzy_graph(std::span<const float> values, std::size_t features,
                                   std::size_t neighbours);

/// (points, 2), row-major. Starts from the first two of `components`, so that equal values give
/// equal places and the steps of a run look alike. 15 neighbours, least distance 0.1, 500 passes.
std::vector<double> umap(std::span<const float> values, std::size_t features,
                         const PrincipalComponents& components);

}  // namespace warmstart
