// How many single edits turn one sequence of symbols into another, and which. Used by the pathway
// metrics and the Pathway view. Pure; no state between calls.
#pragma once
#include <cstdint>
#include <vector>

namespace warmstart {

using Symbols = std::vector<std::uint16_t>;

/// One sequence prepared to be compared with many: bit-parallel Levenshtein distance (Myers 1999,
/// in blocks of 64 rows as Hyyro 2003), unit costs.
class EditPattern {
 public:
  explicit EditPattern(const Symbols& pattern);
  /// Insertions, deletions and replacements from the pattern to `text`.
  std::int64_t distance(const Symbols& text) const;

 private:
  std::size_t length_, blocks_, symbols_;
  std::vector<std::uint64_t> places_;  ///< [symbol][block]: bit i = the pattern has it at i
};

std::int64_t edit_distance(const Symbols& a, const Symbols& b);

/// One column of an alignment.
struct Edit {
  enum class Kind { kKept, kReplaced, kRemoved, kInserted };
  Kind kind = Kind::kKept;
  std::size_t a = 0, b = 0;  ///< indices; of a removed one `b` and of an inserted one `a` mean
                             ///< the place before which it stands
  bool operator==(const Edit&) const = default;
};

/// A shortest way from `a` to `b`, in order; as many columns that are not kept as edit_distance
/// says. Time and memory grow with the product of the lengths: for two pathways, not for matrices.
std::vector<Edit> edit_script(const Symbols& a, const Symbols& b);

}  // namespace warmstart
