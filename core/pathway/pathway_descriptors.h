// Numbers beside the two pathway metrics that tell structure from load balance (seed card 05).
// Callers: the routing trace, the Pathway view.
#pragma once
#include <string>

#include "core/pathway/pathway.h"

namespace warmstart {

struct PathwayDescriptors {
  std::size_t distinct = 0;  ///< different pathways
  double unique_share = 0;   ///< of the samples, those whose pathway nobody else has
  double length = 0;         ///< mean experts a layer
  double entropy = 0;        ///< mean over samples and layers of -sum g ln g, in nats
};
PathwayDescriptors pathway_descriptors(const RoutingWeights& weights,
                                       const std::vector<Pathway>& pathways);

/// (L,E): mean routing weight of each expert over the samples.
std::vector<double> expert_load(const RoutingWeights& weights);

/// A layer whose routing is nearly the same for everybody.
struct DeadRouter {
  std::size_t layer = 0, expert = 0;  ///< layer from 1, expert from 0 as in pathways
  double share = 0;
  /// "layer 2: expert 5 receives 97% of tokens; distances are trivially low"
  std::string text() const;
};
/// Layers in which one expert has more than 95% of `load` (L,E): mean weights, or shares of tokens.
std::vector<DeadRouter> dead_routers(const std::vector<double>& load, std::size_t experts);

/// Tr(H (H + lambda I)^-1) of a symmetric positive semi-definite (n,n) matrix, row-major: how many
/// directions of the routed kernel count. Error when H + lambda I is not positive definite.
double effective_dimension(const std::vector<double>& matrix, std::size_t size, double lambda);

}  // namespace warmstart
