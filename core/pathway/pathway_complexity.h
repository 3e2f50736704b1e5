// Metric 2 of seed card 05: how erratically one sample's experts change from layer to layer.
// Callers: the routing trace, the Pathway view.
#pragma once
#include "core/pathway/pathway.h"

namespace warmstart {

/// Router rows v_{l,k}: (L layers, E experts, D), row-major, borrowed.
struct RouterRows {
  std::span<const float> values;
  std::size_t layers = 0, experts = 0, width = 0;
  std::span<const float> at(std::size_t layer, std::size_t expert) const {
    return values.subspan((layer * experts + expert) * width, width);
  }
};

/// Inner products of router rows, within each layer and between neighbours: (L)(E,E) and
/// (L-1)(E,E). They are most of the work and the same for every aggregate of a model.
struct RouterProducts {
  /// On `threads` threads, 0 = all cores.
  explicit RouterProducts(const RouterRows& rows, unsigned threads = 1);
  std::size_t layers, experts;
  std::vector<std::vector<float>> own, across;
};

/// c (n, L-1): c_l = cos(e_l, e_{l+1}) with the routing embedding e_l = sum_k gbar_{l,k} v_{l,k};
/// NaN where an embedding is zero. Computed from the products of router rows, so that the width
/// counts once and not for every sample. Error when weights and rows do not fit.
std::vector<double> layer_similarity(const RoutingWeights& weights, const RouterProducts& rows);

enum class ComplexityForm { kPaper, kPlain };

/// Complexity of one sample from its c_1..c_{L-1}. Paper: 1 - mean(c) / (max(c) + 1e-8), NaN
/// ("undefined") where max(c) <= 0; plain: 1 - mean(c). LOW is smooth; the paper's Table 1 reports
/// 1 - C as consistency. Error "pathway_complexity needs >= 3 MoE layers (normalised form), found
/// 2": with two layers the paper's form is 0 whatever the model does.
double pathway_complexity(std::span<const double> similarity, ComplexityForm form);

/// Mean over the samples of a (n, L-1) array where it is defined.
struct ComplexitySummary {
  double mean;
  std::size_t undefined;
};
ComplexitySummary mean_complexity(std::span<const double> similarity, std::size_t samples,
                                  ComplexityForm form);

}  // namespace warmstart
