#include "plugins/text/io/merge_table.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <queue>

namespace warmstart::text {
namespace {

constexpr std::size_t kShortWord = 64;  // pieces

/// Pieces in a list that is linked both ways, and the joins that are possible in it.
class JoinQueue {
 public:
  JoinQueue(const MergeTable& merges, Tokens& pieces)
      : merges_(merges), pieces_(pieces), before_(pieces.size()), behind_(pieces.size()) {
    for (std::size_t i = 0; i < pieces.size(); ++i) {
      before_[i] = i == 0 ? kNone : i - 1;
      behind_[i] = i + 1 == pieces.size() ? kNone : i + 1;
    }
    for (std::size_t i = 0; i + 1 < pieces.size(); ++i) offer(i);
  }

  void run() {
    while (!queue_.empty()) {
      const Join join = queue_.top();
      queue_.pop();
      const std::size_t second = behind_[join.place];
      const bool stands =
          pieces_[join.place] == join.first && second != kNone && pieces_[second] == join.second;
      if (stands) make(join, second);
    }
    pieces_.erase(std::remove(pieces_.begin(), pieces_.end(), kGone), pieces_.end());
  }

 private:
  static constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();
  static constexpr std::int32_t kGone = -1;
  struct Join {
    std::size_t place;
    std::uint32_t rank;
    std::int32_t first, second, made;
    bool operator<(const Join& other) const {  // the queue's top is its largest
      return rank != other.rank ? rank > other.rank : place > other.place;
    }
  };

  void offer(std::size_t place) {
    const std::int32_t first = pieces_[place], second = pieces_[behind_[place]];
    if (const MergeTable::Merge* found = merges_.find(first, second); found != nullptr)
      queue_.push({place, found->rank, first, second, found->made});
  }

  void make(const Join& join, std::size_t second) {
    pieces_[join.place] = join.made;
    pieces_[second] = kGone;
    behind_[join.place] = behind_[second];
    if (behind_[second] != kNone) {
      before_[behind_[second]] = join.place;
      offer(join.place);
    }
    if (before_[join.place] != kNone) offer(before_[join.place]);
  }

  const MergeTable& merges_;
  Tokens& pieces_;
  std::vector<std::size_t> before_, behind_;
  std::priority_queue<Join> queue_;
};

}  // namespace

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

void join_by_scan(const MergeTable& merges, Tokens& pieces) {
  while (pieces.size() > 1) {
    MergeTable::Merge best{std::numeric_limits<std::uint32_t>::max(), -1};
    std::size_t place = 0;
    for (std::size_t i = 0; i + 1 < pieces.size(); ++i) {
      const MergeTable::Merge* found = merges.find(pieces[i], pieces[i + 1]);
      if (found != nullptr && found->rank < best.rank) best = *found, place = i;
    }
    if (best.made < 0) break;
    pieces[place] = best.made;
    pieces.erase(pieces.begin() + static_cast<std::ptrdiff_t>(place) + 1);
  }
}

void join_by_queue(const MergeTable& merges, Tokens& pieces) { JoinQueue(merges, pieces).run(); }

void join_pieces(const MergeTable& merges, Tokens& pieces) {
  (pieces.size() <= kShortWord ? join_by_scan : join_by_queue)(merges, pieces);
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
