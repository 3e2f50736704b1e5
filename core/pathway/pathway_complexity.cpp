#include "core/pathway/pathway_complexity.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/base/error.h"
#include "core/base/parallel.h"
#include "core/claim/statistics.h"

namespace warmstart {
namespace {

constexpr double kNoZeroDivision = 1e-8;

/// Sums in eight lanes, so that the compiler may use vector registers.
double lane_product(const float* a, const float* b, std::size_t count) {
  float lanes[8] = {};
  std::size_t i = 0;
  for (; i + 8 <= count; i += 8) {
    for (std::size_t k = 0; k < 8; ++k) lanes[k] += a[i + k] * b[i + k];
  }
  double sum = 0;
  for (const float lane : lanes) sum += static_cast<double>(lane);
  for (; i < count; ++i) sum += static_cast<double>(a[i]) * static_cast<double>(b[i]);
  return sum;
}

/// (E,E) products of the rows of two layers.
std::vector<float> row_products(const RouterRows& rows, std::size_t first, std::size_t second) {
  std::vector<float> products;
  products.reserve(rows.experts * rows.experts);
  for (std::size_t i = 0; i < rows.experts; ++i) {
    for (std::size_t j = 0; j < rows.experts; ++j) {
      products.push_back(static_cast<float>(
          lane_product(rows.at(first, i).data(), rows.at(second, j).data(), rows.width)));
    }
  }
  return products;
}

/// a' P b.
double through_products(std::span<const float> a, const std::vector<float>& products,
                        std::span<const float> b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i] != 0.0F)
      sum += static_cast<double>(a[i]) * lane_product(&products[i * b.size()], b.data(), b.size());
  }
  return sum;
}

}  // namespace

RouterProducts::RouterProducts(const RouterRows& rows, unsigned threads)
    : layers(rows.layers),
      experts(rows.experts),
      own(layers),
      across(std::max<std::size_t>(1, layers) - 1) {
  parallel_for(own.size() + across.size(), threads, [&](std::size_t i) {
    if (i < layers) {
      own[i] = row_products(rows, i, i);
    } else {
      across[i - layers] = row_products(rows, i - layers, i - layers + 1);
    }
  });
}

std::vector<double> layer_similarity(const RoutingWeights& weights, const RouterProducts& rows) {
  if (weights.layers != rows.layers || weights.experts != rows.experts) {
    throw Error("routing weights of " + std::to_string(weights.layers) + " layers and " +
                    std::to_string(weights.experts) + " experts, router rows of " +
                    std::to_string(rows.layers) + " and " + std::to_string(rows.experts),
                "pathway_complexity", "record both from one model");
  }
  const std::size_t layers = weights.layers, steps = layers < 2 ? 0 : layers - 1;
  std::vector<double> similarity(weights.samples * steps);
  std::vector<double> square(weights.samples);  // of the embeddings of the layer before
  for (std::size_t layer = 0; layer < layers; ++layer) {
    for (std::size_t i = 0; i < weights.samples; ++i) {
      const std::span<const float> here = weights.at(i, layer);
      const double now = through_products(here, rows.own[layer], here);
      if (layer > 0) {
        const double norm = std::sqrt(square[i] * now);
        const double inner =
            through_products(weights.at(i, layer - 1), rows.across[layer - 1], here);
        similarity[i * steps + layer - 1] = norm > 0 ? std::clamp(inner / norm, -1.0, 1.0)
                                                     : std::numeric_limits<double>::quiet_NaN();
      }
      square[i] = now;
    }
  }
  return similarity;
}

double pathway_complexity(std::span<const double> similarity, ComplexityForm form) {
  double sum = 0, largest = -1;
  for (const double c : similarity) {
    sum += c;
    largest = std::max(largest, c);
  }
  const double average = sum / static_cast<double>(similarity.size());
  if (form == ComplexityForm::kPlain) return 1 - average;
  if (similarity.size() < 2) {
    throw Error("pathway_complexity needs >= 3 MoE layers (normalised form), found " +
                    std::to_string(similarity.size() + 1),
                "", "use the plain form");
  }
  if (largest <= 0) return std::numeric_limits<double>::quiet_NaN();
  return 1 - average / (largest + kNoZeroDivision);
}

ComplexitySummary mean_complexity(std::span<const double> similarity, std::size_t samples,
                                  ComplexityForm form) {
  const std::size_t steps = samples == 0 ? 0 : similarity.size() / samples;
  DefinedMean mean;
  for (std::size_t i = 0; i < samples; ++i)
    mean.add(pathway_complexity(similarity.subspan(i * steps, steps), form));
  return {mean.value(), samples - static_cast<std::size_t>(mean.count())};
}

}  // namespace warmstart
