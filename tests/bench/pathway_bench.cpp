// Times what one record of a routing trace computes and the distance of all pairs, at the size of
// seed card 05: 1,000 samples, 16 layers, 64 experts, router rows of 2,048. Prints milliseconds on
// one and two threads, the fastest of five, and the mean pathway length.
#include <chrono>
#include <cmath>
#include <cstdio>

#include "core/base/random.h"
#include "core/pathway/pathway_summary.h"

using namespace warmstart;

constexpr std::size_t kSamples = 1000, kLayers = 16, kExperts = 64, kWidth = 2048, kKernel = 256;

/// Softmax of normal logits: about as uneven as a trained router.
std::vector<float> routing(std::uint64_t seed) {
  Random random(seed);
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

/// What a record computes of the model's taps: both aggregates, pairs of all samples and of groups
/// of ten, and the effective dimension of a kernel of 256 samples.
int main() {
  const std::vector<float> mean = routing(1), token = routing(3);
  const std::vector<RoutingWeights> aggregates{{mean, kSamples, kLayers, kExperts},
                                               {token, kSamples, kLayers, kExperts}};
  Random random(2);
  std::vector<float> rows(kLayers * kExperts * kWidth);
  for (float& each : rows) each = static_cast<float>(random.normal());
  std::vector<std::int64_t> groups;
  for (std::size_t i = 0; i < kSamples; ++i) groups.push_back(static_cast<std::int64_t>(i / 10));
  const PathwayPairs pairs{sample_pairs(kSamples, 1500, 1),
                           sample_pairs(kSamples, 1500, 1, groups)};
  std::vector<double> kernel(kKernel * kKernel, 0.5);
  for (std::size_t i = 0; i < kKernel; ++i) kernel[i * kKernel + i] += 1;
  double sink = 0, length = 0;
  const auto record = [&](unsigned threads) {
    return fastest_ms([&] {
      const auto found = summarise_pathways(aggregates, {rows, kLayers, kExperts, kWidth}, pairs,
                                            {.threads = threads});
      sink += found[1].complexity + effective_dimension(kernel, kKernel, 1);
      length = found[0].descriptors.length;
    });
  };
  const double one = record(1), two = record(2);
  const std::vector<Pathway> pathways = pathways_of(aggregates[0], 0.7);
  const double matrix = fastest_ms([&] { sink += distance_matrix(pathways, {}, 2)[1]; });
  std::printf(
      "record: one thread %.1f ms, two %.1f ms; matrix, two threads %.1f ms; %.1f experts a "
      "layer (%.3f)\n",
      one, two, matrix, length, sink);
}
