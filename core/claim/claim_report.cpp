// How a claim's verdict is told: one sentence, a table, JSON.
#include <algorithm>
#include <cmath>
#include <cstdio>

#include "core/claim/claim.h"

namespace warmstart {
namespace {

std::string claim_text(double number, int digits) {
  if (std::isnan(number)) return "undefined";
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, "%.*f", digits, number);
  return buffer;
}

// Three significant digits of the smaller numbers: 0.8421, 12.43, 134.2.
int claim_digits(const ClaimResult& result) {
  double scale = std::abs(result.difference);
  if (result.by != 0) scale = std::min(scale, std::abs(result.by));
  if (!(scale > 0)) return 4;
  return std::clamp(3 - static_cast<int>(std::floor(std::log10(scale))) - 1, 2, 6);
}

std::string claim_p_text(double p) {
  if (std::isnan(p)) return "-";
  return p < 0.0001 ? "< 0.0001" : claim_text(p, 4);
}

std::string claim_side_text(const ClaimSide& side, int digits) {
  std::string text = claim_text(side.mean, digits);
  if (!std::isnan(side.deviation)) text += " \u00b1 " + claim_text(side.deviation, digits);
  return text;
}

std::string claim_count(std::int64_t count, const char* noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

std::string claim_undefined_text(const ClaimResult& result) {
  std::string text;
  for (const ClaimSide* side : {&result.better, &result.than}) {
    if (side->undefined == 0) continue;
    text += "; " + side->reference + " is undefined in " + claim_count(side->undefined, "run");
  }
  if (result.left_out > 0) {
    text += "; " + std::to_string(result.left_out) + " " + result.pairs +
            " left out of the test (undefined or missing on one side)";
  }
  return text;
}

Json claim_json_number(double number) { return std::isnan(number) ? Json(nullptr) : Json(number); }

Json claim_side_json(const ClaimSide& side) {
  return {{"reference", side.reference},
          {"mean", claim_json_number(side.mean)},
          {"deviation", claim_json_number(side.deviation)},
          {"seeds", side.seeds},
          {"undefined", side.undefined}};
}

// Bytes are not columns: the "\u00b1" has two.
std::size_t claim_width(const std::string& text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

}  // namespace

std::string claim_sentence(const ClaimResult& result) {
  if (std::isnan(result.difference)) {
    const ClaimSide& empty = result.better.seeds == 0 ? result.better : result.than;
    return "not shown: " + empty.reference + " has no value in any run" +
           claim_undefined_text(result);
  }
  const int digits = claim_digits(result);
  const double counted = result.every_seed ? result.smallest : result.difference;
  const bool margin = counted >= result.by - 1e-12;
  std::string text = result.holds ? "holds: " : "not shown: ";
  text += result.better.reference + " " + claim_side_text(result.better, digits) + " against " +
          result.than.reference + " " + claim_side_text(result.than, digits) + "; difference " +
          claim_text(result.difference, digits) +
          (result.every_seed ? ", in each seed at least " + claim_text(result.smallest, digits)
                             : std::string()) +
          (margin ? " >= " : " < ") + claim_text(result.by, digits);
  if (result.confidence > 0) {
    text += std::isnan(result.p)
                ? "; no pairs to test"
                : "; p " + std::string(result.p < 0.0001 ? "" : "= ") + claim_p_text(result.p) +
                      (result.p <= 1 - result.confidence + 1e-12 ? " <= " : " > ") +
                      claim_text(1 - result.confidence, 4);
  }
  text += " (" + (result.n_cases > 0 ? claim_count(result.n_cases, "case") + ", " : std::string()) +
          claim_count(result.n_seeds, "seed") + ")";
  return text + claim_undefined_text(result);
}

Json ClaimResult::to_json() const {
  return {{"text", text},
          {"state", holds ? "holds" : "not_shown"},
          {"as_expected", as_expected},
          {"better", claim_side_json(better)},
          {"than", claim_side_json(than)},
          {"difference", claim_json_number(difference)},
          {"smallest", claim_json_number(smallest)},
          {"every_seed", every_seed},
          {"by", by},
          {"confidence", confidence},
          {"p", claim_json_number(p)},
          {"pairs", pairs},
          {"exact", exact},
          {"n_seeds", n_seeds},
          {"n_cases", n_cases},
          {"left_out", left_out},
          {"sentence", sentence}};
}

std::string claims_table(const std::vector<ClaimResult>& results) {
  std::vector<std::vector<std::string>> rows{
      {"claim", "better", "than", "difference", "by", "p", "cases", "seeds", "state"}};
  int digits = 0;  // the same in every row, so that columns can be compared
  for (const ClaimResult& result : results) digits = std::max(digits, claim_digits(result));
  for (const ClaimResult& result : results) {
    rows.push_back({result.text, claim_side_text(result.better, digits),
                    claim_side_text(result.than, digits), claim_text(result.difference, digits),
                    claim_text(result.by, digits), claim_p_text(result.p),
                    result.n_cases > 0 ? std::to_string(result.n_cases) : "-",
                    std::to_string(result.n_seeds), result.holds ? "holds" : "not shown"});
  }
  std::vector<std::size_t> widths(rows[0].size(), 0);
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i)
      widths[i] = std::max(widths[i], claim_width(row[i]));
  }
  std::string table;
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string padding(widths[i] - claim_width(row[i]), ' ');
      // Words to the left, numbers to the right.
      const bool word = i == 0 || i + 1 == row.size();
      table += (i == 0 ? "" : "  ") + (word ? row[i] + (i == 0 ? padding : "") : padding + row[i]);
    }
    table += "\n";
  }
  for (const ClaimResult& result : results) table += "\n" + result.sentence + "\n";
  return table;
}

}  // namespace warmstart
