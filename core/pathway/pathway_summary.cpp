#include "core/pathway/pathway_summary.h"

#include <cmath>
#include <functional>

#include "core/base/parallel.h"

namespace warmstart {
namespace {

void fill_complexity(const RoutingWeights& weights, const RouterProducts& rows,
                     PathwaySummary& out) {
  out.similarity = layer_similarity(weights, rows);
  const auto mean = [&](std::size_t least, ComplexityForm form) {
    return weights.layers < least ? std::nan("")
                                  : mean_complexity(out.similarity, weights.samples, form).mean;
  };
  out.complexity = mean(3, ComplexityForm::kPaper);
  out.complexity_plain = mean(2, ComplexityForm::kPlain);
}

}  // namespace

std::vector<PathwaySummary> summarise_pathways(const std::vector<RoutingWeights>& aggregates,
                                               const RouterRows& rows, const PathwayPairs& pairs,
                                               const SummaryRules& rules) {
  const RouterProducts products(rows, rules.threads);
  std::vector<std::vector<Pathway>> pathways(aggregates.size());
  parallel_for(aggregates.size(), rules.threads,
               [&](std::size_t i) { pathways[i] = pathways_of(aggregates[i], rules.tau); });
  std::vector<PathwaySummary> summaries(aggregates.size());
  std::vector<std::function<void()>> jobs;
  for (std::size_t i = 0; i < aggregates.size(); ++i) {
    PathwaySummary& out = summaries[i];
    const std::vector<Pathway>& own = pathways[i];
    const RoutingWeights& weights = aggregates[i];
    out.layers.resize(weights.layers);
    jobs.emplace_back([&] { out.distance = mean_distance(own, pairs.all, rules.how).mean; });
    jobs.emplace_back([&] { out.same = mean_distance(own, pairs.same, rules.how).mean; });
    jobs.emplace_back([&] { fill_complexity(weights, products, out); });
    jobs.emplace_back([&] { out.descriptors = pathway_descriptors(weights, own); });
    for (std::size_t layer = 0; layer < weights.layers; ++layer)
      jobs.emplace_back([&, layer] {
        out.layers[layer] = layer_distance(own, layer, pairs.all, rules.how).mean;
      });
  }
  parallel_for(jobs.size(), rules.threads, [&](std::size_t i) { jobs[i](); });
  return summaries;
}

}  // namespace warmstart
