// Times what one record of a routing trace costs and the distance of all pairs, at the size of seed
// card 05: 1,000 samples, 16 layers, 64 experts, router rows of 2,048. Prints "record matrix"
// milliseconds, the fastest of five, and the mean pathway length.
#include <chrono>
#include <cmath>
#include <cstdio>

#include "core/base/random.h"
#include "core/pathway/pathway_complexity.h"
#include "core/pathway/pathway_descriptors.h"
#include "core/pathway/pathway_distance.h"

using namespace warmstart;

constexpr std::size_t kSamples = 1000, kLayers = 16, kExperts = 64, kWidth = 2048;

/// Softmax of normal logits: about as uneven as a trained router.
std::vector<float> routing() {
  Random random(1);
  std::vector<float> weights;
  for (std::size_t row = 0; row < kSamples * kLayers; ++row) {
    double sum = 0;
    const std::size_t begin = weights.size();
    for (std::size_t k = 0; k < kExperts; ++k) {
      weights.push_back(static_cast<float>(std::exp(1.3 * random.normal())));
      sum += weights.back();
    }
    for (std::size_t k = begin; k < weights.size(); ++k) weights[k] /= static_cast<float>(sum);
  }
  return weights;
}

template <class Work>
double fastest_ms(Work work) {
  double fastest = 1e9;
  for (int run = 0; run < 5; ++run) {
    const auto start = std::chrono::steady_clock::now();
    work();
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
    fastest = std::min(fastest, took.count());
  }
  return fastest;
}

int main() {
  const std::vector<float> values = routing();
  const RoutingWeights weights{values, kSamples, kLayers, kExperts};
  Random random(2);
  std::vector<float> rows(kLayers * kExperts * kWidth);
  for (float& each : rows) each = static_cast<float>(random.normal());
  const auto pairs = sample_pairs(kSamples, 1500, 1);
  std::vector<Pathway> pathways;
  double sink = 0, length = 0;
  const double record = fastest_ms([&] {
    pathways = pathways_of(weights, 0.7);
    sink += mean_distance(pathways, pairs, {}).mean;
    for (const auto& layer : layer_distances(pathways, pairs, {})) sink += layer.mean;
    const auto similarity = layer_similarity(weights, {rows, kLayers, kExperts, kWidth});
    sink += mean_complexity(similarity, kSamples, ComplexityForm::kPaper).mean;
    length = pathway_descriptors(weights, pathways).length;
  });
  const double matrix = fastest_ms([&] { sink += distance_matrix(pathways, {})[1]; });
  std::printf("record %.1f ms, matrix %.1f ms, %.1f experts a layer (%.3f)\n", record, matrix,
              length, sink);
}
