#include "core/pathway/pathway.h"

#include <algorithm>
#include <numeric>
#include <sstream>

#include "core/base/error.h"

namespace warmstart {
namespace {

constexpr std::uint16_t kLayerBorder = 0;  // experts follow from 1

void check_tau(double tau) {
  if (tau > 0 && tau <= 1) return;
  std::ostringstream text;
  text << "pathway_distance: tau must be in (0,1], got " << tau;
  throw Error(text.str(), "", "the paper uses 0.7");
}

std::string joined_pathway(const Pathway& pathway, char border) {
  std::string text;
  for (std::size_t layer = 0; layer < pathway.layers.size(); ++layer) {
    if (layer > 0) text += border;
    const Symbols& experts = pathway.layers[layer];
    for (std::size_t i = 0; i < experts.size(); ++i) {
      if (i > 0) text += ',';
      text += std::to_string(experts[i]);
    }
  }
  return text;
}

}  // namespace

Symbols top_experts(std::span<const float> weights, double tau) {
  check_tau(tau);
  Symbols order(weights.size());
  std::iota(order.begin(), order.end(), std::uint16_t{0});
  const auto heavier = [&](std::uint16_t a, std::uint16_t b) {
    return weights[a] != weights[b] ? weights[a] > weights[b] : a < b;
  };
  // A few experts carry most of the weight: sort no more than are taken.
  std::size_t sorted = 0, taken = 0;
  double sum = 0;
  while (taken < order.size() && !(sum > tau)) {
    if (taken == sorted) {
      sorted = std::min(order.size(), sorted + 8);
      std::partial_sort(order.begin() + static_cast<std::ptrdiff_t>(taken),
                        order.begin() + static_cast<std::ptrdiff_t>(sorted), order.end(), heavier);
    }
    sum += static_cast<double>(weights[order[taken++]]);
  }
  order.resize(taken);
  return order;
}

std::vector<Pathway> pathways_of(const RoutingWeights& weights, double tau) {
  check_tau(tau);
  std::vector<Pathway> pathways(weights.samples);
  for (std::size_t i = 0; i < weights.samples; ++i) {
    for (std::size_t layer = 0; layer < weights.layers; ++layer)
      pathways[i].layers.push_back(top_experts(weights.at(i, layer), tau));
  }
  return pathways;
}

std::string pathway_text(const Pathway& pathway) { return joined_pathway(pathway, '|'); }
std::string pathway_paper_text(const Pathway& pathway) { return joined_pathway(pathway, '-'); }

Symbols pathway_symbols(const Pathway& pathway, PathwayUnit unit) {
  Symbols symbols;
  if (unit == PathwayUnit::kChar) {
    const std::string text = pathway_paper_text(pathway);
    symbols.assign(text.begin(), text.end());
    return symbols;
  }
  for (std::size_t layer = 0; layer < pathway.layers.size(); ++layer) {
    if (layer > 0) symbols.push_back(kLayerBorder);
    for (const std::uint16_t expert : pathway.layers[layer])
      symbols.push_back(static_cast<std::uint16_t>(expert + 1));
  }
  return symbols;
}

}  // namespace warmstart
