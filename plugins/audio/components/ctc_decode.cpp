#include "plugins/audio/components/ctc_decode.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

namespace warmstart::audio {
namespace {

constexpr double kImpossible = -std::numeric_limits<double>::infinity();

double log_add(double a, double b) {
  if (a < b) std::swap(a, b);
  return b == kImpossible ? a : a + std::log1p(std::exp(b - a));
}

/// Logarithms of the probabilities that a prefix ends in a blank, or in its last class.
struct Ending {
  double blank = kImpossible, label = kImpossible;
  double total() const { return log_add(blank, label); }
};

using Prefixes = std::map<std::vector<std::int64_t>, Ending>;

/// All prefixes one frame on; `frame`: its K log-probabilities.
Prefixes extended(const Prefixes& prefixes, const double* frame, std::int64_t classes) {
  Prefixes next;
  for (const auto& [prefix, ending] : prefixes) {
    Ending& same = next[prefix];
    same.blank = log_add(same.blank, ending.total() + frame[0]);
    if (!prefix.empty()) same.label = log_add(same.label, ending.label + frame[prefix.back()]);
    for (std::int64_t k = 1; k < classes; ++k) {
      // The same class again is a new one only after a blank.
      const bool repeated = !prefix.empty() && prefix.back() == k;
      const double before = repeated ? ending.blank : ending.total();
      if (before == kImpossible) continue;
      std::vector<std::int64_t> longer = prefix;
      longer.push_back(k);
      Ending& grown = next[longer];
      grown.label = log_add(grown.label, before + frame[k]);
    }
  }
  return next;
}

void keep_best(Prefixes& prefixes, std::int64_t beam) {
  const auto kept = static_cast<std::size_t>(beam);
  if (prefixes.size() <= kept) return;
  std::vector<double> totals;
  for (const auto& [prefix, ending] : prefixes) totals.push_back(ending.total());
  std::nth_element(totals.begin(), totals.begin() + static_cast<std::ptrdiff_t>(kept - 1),
                   totals.end(), std::greater<>());
  const double least = totals[kept - 1];
  std::erase_if(prefixes, [&](const auto& entry) { return entry.second.total() < least; });
}

}  // namespace

std::vector<std::int64_t> ctc_greedy(const at::Tensor& logits_TK) {
  const at::Tensor best = logits_TK.argmax(1).to(at::kCPU, at::kLong).contiguous();
  std::vector<std::int64_t> classes;
  std::int64_t before = 0;
  for (std::int64_t t = 0; t < best.numel(); ++t) {
    const std::int64_t now = best.data_ptr<std::int64_t>()[t];
    if (now != 0 && now != before) classes.push_back(now);
    before = now;
  }
  return classes;
}

std::vector<std::int64_t> ctc_beam(const at::Tensor& logits_TK, std::int64_t beam) {
  const at::Tensor scores =
      logits_TK.detach().to(at::kCPU, at::kDouble).log_softmax(1).contiguous();
  const std::int64_t classes = scores.size(1);
  Prefixes prefixes;
  prefixes[{}].blank = 0;
  for (std::int64_t t = 0; t < scores.size(0); ++t) {
    prefixes = extended(prefixes, scores.data_ptr<double>() + t * classes, classes);
    keep_best(prefixes, beam);
  }
  return std::max_element(
             prefixes.begin(), prefixes.end(),
             [](const auto& a, const auto& b) { return a.second.total() < b.second.total(); })
      ->first;
}

}  // namespace warmstart::audio
