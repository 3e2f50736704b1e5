// A sample's way through a mixture of experts: which experts it uses, layer by layer (seed card
// 05). Plain arrays in, plain values out; the routing trace computes with it while a model trains,
// the Pathway view afterwards.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/pathway/edit_distance.h"

namespace warmstart {

/// Mean routing weights gbar (n samples, L layers, E experts), row-major, borrowed.
struct RoutingWeights {
  std::span<const float> values;
  std::size_t samples = 0, layers = 0, experts = 0;
  std::span<const float> at(std::size_t sample, std::size_t layer) const {
    return values.subspan((sample * layers + layer) * experts, experts);
  }
};

/// The experts of each layer, most used first.
struct Pathway {
  std::vector<Symbols> layers;
  bool operator==(const Pathway&) const = default;
};

/// The experts of one layer by falling weight until their sum exceeds tau (equal weights: the
/// smaller number first). Error "pathway_distance: tau must be in (0,1], got 1.4".
Symbols top_experts(std::span<const float> weights, double tau);

/// The pathways of all samples. Errors as top_experts.
std::vector<Pathway> pathways_of(const RoutingWeights& weights, double tau);

/// "3,1|5|0,2": experts of a layer, layers with a bar between.
std::string pathway_text(const Pathway& pathway);
/// "3,1-5-0,2": the paper's string, whose characters the unit `char` counts.
std::string pathway_paper_text(const Pathway& pathway);

/// What counts as one edit: an expert or the border between two layers; or a character of the
/// paper's string, where two-digit experts weigh more.
enum class PathwayUnit { kSymbol, kChar };
Symbols pathway_symbols(const Pathway& pathway, PathwayUnit unit);

}  // namespace warmstart
