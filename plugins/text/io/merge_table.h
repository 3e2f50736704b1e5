// What byte-pair encoding looks up for every pair of neighbouring pieces, and the words that it has
// joined before. Used by the byte-pair tokenizer.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "plugins/text/io/tokenizer.h"

namespace warmstart::text {

/// Which pieces join to which, by rank: a hash table in one block of memory.
class MergeTable {
 public:
  struct Merge {
    std::uint32_t rank;
    std::int32_t made;
  };
  explicit MergeTable(std::size_t merges);
  /// The first of two merges of one pair counts.
  void add(std::int32_t a, std::int32_t b, const Merge& merge);
  const Merge* find(std::int32_t a, std::int32_t b) const {
    const std::uint64_t key = key_of(a, b);
    for (std::size_t at = place_of(key);; at = (at + 1) & mask_) {
      if (entries_[at].key == key) return &entries_[at].merge;
      if (entries_[at].key == kEmpty) return nullptr;
    }
  }

 private:
  static constexpr std::uint64_t kEmpty = ~std::uint64_t{0};
  struct Entry {
    std::uint64_t key = kEmpty;
    Merge merge{};
  };
  static std::uint64_t key_of(std::int32_t a, std::int32_t b) {
    return (std::uint64_t{static_cast<std::uint32_t>(a)} << 32U) | static_cast<std::uint32_t>(b);
  }
  std::size_t place_of(std::uint64_t key) const {
    return static_cast<std::size_t>((key * 0x9e3779b97f4a7c15U) >> shift_);
  }
  std::vector<Entry> entries_;
  std::size_t mask_;
  unsigned shift_;
};

/// Joins neighbours until no merge fits: the merge of the lowest rank first, the leftmost of equal
/// ones. Its time grows as n log n with the pieces.
void join_pieces(const MergeTable& merges, Tokens& pieces);
/// The two ways in which it does so, with equal results: a look at all pairs for every join, quick
/// for short words, and a queue of the pairs for long ones.
void join_by_scan(const MergeTable& merges, Tokens& pieces);
void join_by_queue(const MergeTable& merges, Tokens& pieces);

/// Words of up to kLongest bytes with their tokens; forgets all when it is full.
class WordCache {
 public:
  static constexpr std::size_t kLongest = 48, kMostWords = 1 << 16;
  std::optional<std::span<const std::int32_t>> find(std::string_view word) const;
  void keep(std::string_view word, std::span<const std::int32_t> tokens);

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view word) const {
      return std::hash<std::string_view>{}(word);
    }
  };
  struct Place {
    std::uint32_t first, count;
  };
  std::unordered_map<std::string, Place, Hash, std::equal_to<>> places_;
  Tokens tokens_;
};

}  // namespace warmstart::text
