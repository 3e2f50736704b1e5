#include "plugins/text/io/merge_table.h"

#include <bit>

namespace warmstart::text {

MergeTable::MergeTable(std::size_t merges) {
  const std::size_t size = std::bit_ceil(2 * merges + 2);  // at most half full
  entries_.resize(size);
  mask_ = size - 1;
  shift_ = 64U - static_cast<unsigned>(std::countr_zero(size));
}

void MergeTable::add(std::int32_t a, std::int32_t b, const Merge& merge) {
  const std::uint64_t key = key_of(a, b);
  std::size_t at = place_of(key);
  while (entries_[at].key != kEmpty) {
    if (entries_[at].key == key) return;
    at = (at + 1) & mask_;
  }
  entries_[at] = {key, merge};
}

std::optional<std::span<const std::int32_t>> WordCache::find(std::string_view word) const {
  const auto found = places_.find(word);
  if (found == places_.end()) return std::nullopt;
  return std::span(tokens_).subspan(found->second.first, found->second.count);
}

void WordCache::keep(std::string_view word, std::span<const std::int32_t> tokens) {
  if (word.size() > kLongest) return;
  if (places_.size() >= kMostWords) {
    places_.clear();
    tokens_.clear();
  }
  places_.emplace(word, Place{static_cast<std::uint32_t>(tokens_.size()),
                              static_cast<std::uint32_t>(tokens.size())});
  tokens_.insert(tokens_.end(), tokens.begin(), tokens.end());
}

}  // namespace warmstart::text
