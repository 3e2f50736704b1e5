#include "core/claim/claim.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <sstream>
#include <tuple>

#include "core/claim/statistics.h"

namespace warmstart {
namespace {

constexpr double kClaimUndefined = std::numeric_limits<double>::quiet_NaN();
constexpr std::uint64_t kClaimSeed =
    20240229;  // any constant: the same data always give the same p

double claim_number(const Json& json) {
  return json.is_number() ? json.get<double>() : kClaimUndefined;
}

// "arm.data.metric.part" in its pieces: `value` is what follows the arm, `what` the metric with or
// without a part (a plugin's metric has a dot of its own, so that only the cases can tell).
struct ClaimReference {
  std::string arm, value, data, what;
};

std::pair<std::string, std::string> claim_split(const std::string& text) {
  const std::size_t dot = text.find('.');
  return {text.substr(0, dot), dot == std::string::npos ? "" : text.substr(dot + 1)};
}

ClaimReference claim_reference(const std::string& text) {
  ClaimReference reference;
  std::tie(reference.arm, reference.value) = claim_split(text);
  std::tie(reference.data, reference.what) = claim_split(reference.value);
  return reference;
}

using ClaimPairs = std::map<std::string, double>;

// The arm's value of each seed, NaN where undefined.
ClaimPairs claim_seed_values(const ClaimReference& reference, const std::vector<ClaimRun>& runs) {
  ClaimPairs values;
  for (const ClaimRun& run : runs) {
    if (run.arm != reference.arm) continue;
    const auto found = run.values.find(reference.value);
    values[std::to_string(run.seed)] = found == run.values.end() ? kClaimUndefined : found->second;
  }
  return values;
}

// Each case's value in one run: the part that is named, or the mean over the defined parts.
std::map<std::string, DefinedMean> claim_run_cases(const ClaimReference& reference,
                                                   const ClaimRun& run) {
  std::map<std::string, DefinedMean> cases;
  for (const ClaimCase& item : run.cases) {
    if (item.data != reference.data) continue;
    if (reference.what == item.metric || reference.what == item.metric + "." + item.part) {
      cases[item.sample].add(item.value);
    }
  }
  return cases;
}

// Each case averaged over the arm's seeds in `seeds`; undefined runs of a case are left out of its
// average.
ClaimPairs claim_case_values(const ClaimReference& reference, const std::vector<ClaimRun>& runs,
                             const std::set<std::int64_t>& seeds) {
  std::map<std::string, DefinedMean> sums;
  for (const ClaimRun& run : runs) {
    if (run.arm != reference.arm || seeds.count(run.seed) == 0) continue;
    for (const auto& [sample, mean] : claim_run_cases(reference, run)) {
      sums[sample].add(mean.value());
    }
  }
  ClaimPairs values;
  for (const auto& [sample, mean] : sums) values[sample] = mean.value();
  return values;
}

ClaimSide claim_side(const std::string& reference, const ClaimPairs& seed_values) {
  ClaimSide side;
  side.reference = reference;
  const bool constant = claim_constant(reference).has_value();
  std::vector<double> defined;
  for (const auto& [seed, value] : seed_values) {
    if (std::isnan(value)) {
      ++side.undefined;
    } else {
      defined.push_back(value);
    }
  }
  side.seeds = static_cast<std::int64_t>(defined.size());
  side.mean = mean(defined);
  side.deviation = constant ? kClaimUndefined : standard_deviation(defined);
  return side;
}

// Differences of what both sides have; counts what is undefined or missing on one side.
std::vector<double> claim_differences(const ClaimPairs& better, const ClaimPairs& than,
                                      std::int64_t& left_out) {
  std::vector<double> differences;
  std::set<std::string> keys;
  for (const auto& pair : better) keys.insert(pair.first);
  for (const auto& pair : than) keys.insert(pair.first);
  left_out = 0;
  for (const std::string& key : keys) {
    const auto a = better.find(key), b = than.find(key);
    if (a == better.end() || b == than.end() || std::isnan(a->second) || std::isnan(b->second)) {
      ++left_out;
    } else {
      differences.push_back(a->second - b->second);
    }
  }
  return differences;
}

// A number stands on its side for each seed of the other.
void claim_fill_constant(const std::string& side, ClaimPairs& values, const ClaimPairs& other) {
  const std::optional<double> number = claim_constant(side);
  if (!number) return;
  for (const auto& pair : other) values[pair.first] = *number;
}

void claim_scale(ClaimPairs& values, double times) {
  for (auto& pair : values) pair.second *= times;
}

// Both sides by seed, with numbers and the factor worked in.
struct ClaimSeedSides {
  ClaimPairs better, than;
};

ClaimSeedSides claim_seed_sides(const ClaimSpec& claim, const ClaimReference& better,
                                const ClaimReference& than, const std::vector<ClaimRun>& runs) {
  ClaimSeedSides sides{claim_seed_values(better, runs), claim_seed_values(than, runs)};
  claim_fill_constant(claim.better, sides.better, sides.than);
  claim_fill_constant(claim.than, sides.than, sides.better);
  claim_scale(sides.than, claim.times);
  return sides;
}

// The least difference in a seed, NaN where a seed lacks a side.
double claim_smallest(const ClaimSeedSides& sides) {
  std::int64_t left_out = 0;
  const std::vector<double> differences = claim_differences(sides.better, sides.than, left_out);
  if (differences.empty() || left_out > 0) return kClaimUndefined;
  return *std::min_element(differences.begin(), differences.end());
}

std::set<std::int64_t> claim_common_seeds(const ClaimReference& better, const ClaimReference& than,
                                          const std::vector<ClaimRun>& runs) {
  std::set<std::int64_t> first, common;
  for (const ClaimRun& run : runs) {
    if (run.arm == better.arm) first.insert(run.seed);
  }
  for (const ClaimRun& run : runs) {
    if (run.arm == than.arm && first.count(run.seed) > 0) common.insert(run.seed);
  }
  return common;
}

void claim_test(ClaimResult& result, const ClaimReference& better, const ClaimReference& than,
                const ClaimSeedSides& sides, double times, const std::vector<ClaimRun>& runs) {
  const std::set<std::int64_t> seeds = claim_common_seeds(better, than, runs);
  for (const auto& pair : sides.better) result.n_seeds += sides.than.count(pair.first) > 0 ? 1 : 0;
  std::vector<double> differences;
  if (better.data == than.data) {
    ClaimPairs than_cases = claim_case_values(than, runs, seeds);
    claim_scale(than_cases, times);
    differences =
        claim_differences(claim_case_values(better, runs, seeds), than_cases, result.left_out);
  }
  result.pairs = "cases";
  result.n_cases = static_cast<std::int64_t>(differences.size());
  // One pair can never show anything; seeds may.
  if (differences.size() < 2) {
    result.pairs = "seeds";
    result.n_cases = 0;
    differences = claim_differences(sides.better, sides.than, result.left_out);
  }
  if (differences.empty()) return;
  for (double& difference : differences) difference -= std::min(result.by, 0.0);
  const PermutationResult test = paired_permutation_test(differences, Tail::kGreater, kClaimSeed);
  result.p = test.p;
  result.exact = test.exact;
}

std::string claim_than_name(const ClaimSpec& claim) {
  std::ostringstream name;
  if (claim.times != 1) name << claim.times << " x ";
  name << claim.than;
  return name.str();
}

std::string claim_default_text(const ClaimSpec& claim) {
  std::string text = claim.better + " > " + claim_than_name(claim);
  if (claim.by != 0) text += " by " + Value::from_json(Json(claim.by)).text;
  if (claim.every_seed) text += " in every seed";
  if (claim.confidence > 0) {
    text += " with confidence " + Value::from_json(Json(claim.confidence)).text;
  }
  return text;
}

}  // namespace

ClaimRun claim_run(const std::string& arm, std::int64_t seed, const std::vector<Json>& measures) {
  ClaimRun run{arm, seed, {}, {}};
  for (const Json& measure : measures) {
    const std::string data = measure.value("on", "");
    const Json values = measure.value("metrics", Json::object());
    for (const auto& [name, value] : values.items()) {
      run.values[data + "." + name] = claim_number(value);
    }
    std::vector<ClaimCase> cases;
    std::set<std::string> metrics;
    for (const Json& item : measure.value("cases", Json::array())) {
      cases.push_back({data, item.value("sample", ""), item.value("metric", ""),
                       item.value("part", ""), claim_number(item.value("value", Json()))});
      metrics.insert(cases.back().metric);
    }
    std::erase_if(run.cases, [&](const ClaimCase& old) {
      return old.data == data && metrics.count(old.metric) > 0;
    });
    run.cases.insert(run.cases.end(), cases.begin(), cases.end());
  }
  return run;
}

ClaimResult check_claim(const ClaimSpec& claim, const std::vector<ClaimRun>& runs) {
  const ClaimReference better = claim_reference(claim.better), than = claim_reference(claim.than);
  ClaimResult result;
  result.by = claim.by;
  result.confidence = claim.confidence;
  result.text = claim.text.empty() ? claim_default_text(claim) : claim.text;
  const ClaimSeedSides sides = claim_seed_sides(claim, better, than, runs);
  result.better = claim_side(claim.better, sides.better);
  result.than = claim_side(claim.than, sides.than);
  result.than.reference = claim_than_name(claim);
  result.difference = result.better.mean - result.than.mean;
  result.smallest = claim_smallest(sides);
  result.every_seed = claim.every_seed;
  claim_test(result, better, than, sides, claim.times, runs);
  // The slack forgives only how decimal margins are stored: 0.3 - 0.2 is a hair below 0.1.
  const double counted = result.every_seed ? result.smallest : result.difference;
  const bool margin = !std::isnan(counted) && counted >= claim.by - 1e-12;
  const bool sure = claim.confidence == 0 || result.p <= 1 - claim.confidence + 1e-12;
  result.holds = margin && sure;
  result.as_expected = result.holds == (claim.state == "holds");
  result.sentence = claim_sentence(result);
  return result;
}

std::vector<ClaimResult> check_claims(const std::vector<ClaimSpec>& claims,
                                      const std::vector<ClaimRun>& runs) {
  std::vector<ClaimResult> results;
  for (const ClaimSpec& claim : claims) results.push_back(check_claim(claim, runs));
  return results;
}

}  // namespace warmstart
