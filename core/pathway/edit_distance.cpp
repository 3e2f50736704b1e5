#include "core/pathway/edit_distance.h"

#include <algorithm>

namespace warmstart {
namespace {

constexpr std::size_t kWordBits = 64;

/// The vertical differences of 64 rows of the distance matrix: +1 and -1 as bits.
struct EditBlock {
  std::uint64_t up = ~std::uint64_t{0}, down = 0;

  /// Goes on by one column. `in`: horizontal difference above the block; `last`: the bit of its
  /// last row. Returns the difference at that row. The carry of the addition does the work of a
  /// column (Myers 1999, figure 4).
  int advance(std::uint64_t equal, int in, std::uint64_t last) {
    const std::uint64_t vertical = equal | down;
    if (in < 0) equal |= 1;
    const std::uint64_t horizontal = (((equal & up) + up) ^ up) | equal;
    std::uint64_t right_up = down | ~(horizontal | up);
    std::uint64_t right_down = up & horizontal;
    const int out = (right_up & last ? 1 : 0) - (right_down & last ? 1 : 0);
    right_up = right_up << 1 | (in > 0 ? 1 : 0);
    right_down = right_down << 1 | (in < 0 ? 1 : 0);
    up = right_down | ~(vertical | right_up);
    down = right_up & vertical;
    return out;
  }
};

}  // namespace

EditPattern::EditPattern(const Symbols& pattern)
    : length_(pattern.size()), blocks_((pattern.size() + kWordBits - 1) / kWordBits), symbols_(0) {
  for (const std::uint16_t symbol : pattern)
    symbols_ = std::max<std::size_t>(symbols_, symbol + 1U);
  places_.assign(symbols_ * blocks_, 0);
  for (std::size_t i = 0; i < length_; ++i)
    places_[pattern[i] * blocks_ + i / kWordBits] |= std::uint64_t{1} << (i % kWordBits);
}

std::int64_t EditPattern::distance(const Symbols& text) const {
  if (length_ == 0) return static_cast<std::int64_t>(text.size());
  constexpr std::uint64_t kTop = std::uint64_t{1} << (kWordBits - 1);
  const std::uint64_t last = std::uint64_t{1} << ((length_ - 1) % kWordBits);
  std::vector<EditBlock> blocks(blocks_);
  auto distance = static_cast<std::int64_t>(length_);
  for (const std::uint16_t symbol : text) {
    const std::uint64_t* row = symbol < symbols_ ? &places_[symbol * blocks_] : nullptr;
    int carry = 1;  // the first row of the matrix grows by one a column
    for (std::size_t b = 0; b < blocks_; ++b) {
      const std::uint64_t equal = row != nullptr ? row[b] : 0;
      carry = blocks[b].advance(equal, carry, b + 1 == blocks_ ? last : kTop);
    }
    distance += carry;
  }
  return distance;
}

std::int64_t edit_distance(const Symbols& a, const Symbols& b) {
  return EditPattern(a).distance(b);
}

std::vector<Edit> edit_script(const Symbols& a, const Symbols& b) {
  const std::size_t wide = b.size() + 1;
  std::vector<std::uint32_t> cost((a.size() + 1) * wide);
  for (std::size_t j = 0; j < wide; ++j) cost[j] = static_cast<std::uint32_t>(j);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    cost[i * wide] = static_cast<std::uint32_t>(i);
    for (std::size_t j = 1; j < wide; ++j) {
      const std::uint32_t across = cost[(i - 1) * wide + j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      cost[i * wide + j] =
          std::min({across, cost[(i - 1) * wide + j] + 1, cost[i * wide + j - 1] + 1});
    }
  }
  std::vector<Edit> script;
  std::size_t i = a.size(), j = b.size();
  while (i > 0 || j > 0) {
    const std::uint32_t here = cost[i * wide + j];
    const bool both = i > 0 && j > 0;
    if (both && a[i - 1] == b[j - 1] && here == cost[(i - 1) * wide + j - 1]) {
      script.push_back({Edit::Kind::kKept, --i, --j});
    } else if (i > 0 && here == cost[(i - 1) * wide + j] + 1) {
      script.push_back({Edit::Kind::kRemoved, --i, j});
    } else if (j > 0 && here == cost[i * wide + j - 1] + 1) {
      script.push_back({Edit::Kind::kInserted, i, --j});
    } else {
      script.push_back({Edit::Kind::kReplaced, --i, --j});
    }
  }
  std::reverse(script.begin(), script.end());
  return script;
}

}  // namespace warmstart
