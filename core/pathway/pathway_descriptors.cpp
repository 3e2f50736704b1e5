#include "core/pathway/pathway_descriptors.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "core/base/error.h"

namespace warmstart {
namespace {

constexpr double kDeadShare = 0.95;

double mean_entropy(const RoutingWeights& weights) {
  double sum = 0;
  for (const float weight : weights.values) {
    if (weight > 0.0F) sum -= static_cast<double>(weight) * static_cast<double>(std::log(weight));
  }
  return sum / static_cast<double>(weights.samples * weights.layers);
}

}  // namespace

PathwayDescriptors pathway_descriptors(const RoutingWeights& weights,
                                       const std::vector<Pathway>& pathways) {
  PathwayDescriptors out;
  if (pathways.empty() || weights.layers == 0) return out;
  std::unordered_map<std::string, std::size_t> counts;
  double experts = 0;
  for (const Pathway& pathway : pathways) {
    ++counts[pathway_text(pathway)];
    for (const Symbols& layer : pathway.layers) experts += static_cast<double>(layer.size());
  }
  const auto count = static_cast<double>(pathways.size());
  out.distinct = counts.size();
  out.unique_share =
      static_cast<double>(std::count_if(counts.begin(), counts.end(),
                                        [](const auto& e) { return e.second == 1; })) /
      count;
  out.length = experts / (count * static_cast<double>(weights.layers));
  out.entropy = mean_entropy(weights);
  return out;
}

std::vector<double> expert_load(const RoutingWeights& weights) {
  const std::size_t width = weights.layers * weights.experts;
  std::vector<double> load(width);
  for (std::size_t i = 0; i < weights.samples; ++i) {
    for (std::size_t j = 0; j < width; ++j)
      load[j] += static_cast<double>(weights.values[i * width + j]);
  }
  for (double& each : load) each /= static_cast<double>(weights.samples);
  return load;
}

std::string DeadRouter::text() const {
  return "layer " + std::to_string(layer) + ": expert " + std::to_string(expert) + " receives " +
         std::to_string(std::lround(100 * share)) + "% of tokens; distances are trivially low";
}

std::vector<DeadRouter> dead_routers(const std::vector<double>& load, std::size_t experts) {
  std::vector<DeadRouter> dead;
  for (std::size_t i = 0; experts > 1 && i < load.size(); ++i) {
    if (load[i] > kDeadShare) dead.push_back({i / experts + 1, i % experts, load[i]});
  }
  return dead;
}

double effective_dimension(const std::vector<double>& matrix, std::size_t size, double lambda) {
  // With the Cholesky factor L of A = H + lambda I: Tr(H A^-1) = n - lambda |L^-1|^2.
  std::vector<double> factor(matrix);
  for (std::size_t i = 0; i < size; ++i) factor[i * size + i] += lambda;
  for (std::size_t i = 0; i < size; ++i) {
    for (std::size_t j = 0; j <= i; ++j) {
      double sum = factor[i * size + j];
      for (std::size_t k = 0; k < j; ++k) sum -= factor[i * size + k] * factor[j * size + k];
      if (i == j && !(sum > 0))
        throw Error("the routed kernel is not positive definite", "effective_dimension",
                    "raise lambda");
      factor[i * size + j] = i == j ? std::sqrt(sum) : sum / factor[j * size + j];
    }
  }
  double squares = 0;
  std::vector<double> column(size);
  for (std::size_t c = 0; c < size; ++c) {
    for (std::size_t i = c; i < size; ++i) {
      double sum = i == c ? 1 : 0;
      for (std::size_t k = c; k < i; ++k) sum -= factor[i * size + k] * column[k];
      column[i] = sum / factor[i * size + i];
      squares += column[i] * column[i];
    }
  }
  return static_cast<double>(size) - lambda * squares;
}

}  // namespace warmstart
