#include "plugins/text/io/merge_learner.h"

#include <algorithm>
#include <queue>
#include <set>
#include <unordered_map>

namespace warmstart::text {
namespace {

using Piece = std::int32_t;
using Pair = std::pair<Piece, Piece>;

class MergeLearner {
 public:
  MergeLearner(const std::vector<SplitWord>& words, std::string prefix)
      : prefix_(std::move(prefix)) {
    for (const SplitWord& word : words) {
      Word number{{}, word.count};
      for (const std::string& piece : word.pieces) number.pieces.push_back(number_of(piece));
      words_.push_back(std::move(number));
      count_word(words_.size() - 1, +1);
    }
    for (const auto& [pair, count] : counts_) queue_.push(entry(pair, count));
  }

  std::vector<std::string> learn(std::int64_t merges, std::int64_t least) {
    std::vector<std::string> made;
    while (static_cast<std::int64_t>(made.size()) < merges && !queue_.empty()) {
      const Entry best = queue_.top();
      queue_.pop();
      const auto found = counts_.find(best.pair);
      const std::int64_t now = found == counts_.end() ? 0 : found->second;
      if (now != best.count) {  // it changed since it was queued
        if (now > 0 && now < best.count) queue_.push(entry(best.pair, now));
        continue;
      }
      if (now < least) break;
      const std::size_t known = names_.size();
      const Piece joined = number_of(joined_name(best.pair));
      join(best.pair, joined);
      if (names_.size() > known) made.push_back(names_.back());
    }
    return made;
  }

 private:
  struct Word {
    std::vector<Piece> pieces;
    std::int64_t count;
  };
  struct Entry {
    std::int64_t count;
    std::string first, second;
    Pair pair;
    bool operator<(const Entry& other) const {  // the greatest comes first out of the queue
      if (count != other.count) return count < other.count;
      return std::tie(first, second) > std::tie(other.first, other.second);
    }
  };

  Entry entry(const Pair& pair, std::int64_t count) const {
    return {count, names_[static_cast<std::size_t>(pair.first)],
            names_[static_cast<std::size_t>(pair.second)], pair};
  }

  Piece number_of(const std::string& name) {
    const auto [found, fresh] = numbers_.emplace(name, static_cast<Piece>(names_.size()));
    if (fresh) names_.push_back(name);
    return found->second;
  }

  std::string joined_name(const Pair& pair) const {
    const std::string& second = names_[static_cast<std::size_t>(pair.second)];
    const bool prefixed = !prefix_.empty() && second.starts_with(prefix_);
    return names_[static_cast<std::size_t>(pair.first)] +
           (prefixed ? second.substr(prefix_.size()) : second);
  }

  void count_word(std::size_t index, std::int64_t sign) {
    const Word& word = words_[index];
    for (std::size_t i = 0; i + 1 < word.pieces.size(); ++i) {
      const Pair pair{word.pieces[i], word.pieces[i + 1]};
      counts_[pair] += sign * word.count;
      if (sign > 0) places_[pair].insert(index);
    }
  }

  void join(const Pair& pair, Piece joined) {
    const std::set<std::size_t> places = places_[pair];
    std::set<Pair> touched;
    for (const std::size_t index : places) {
      count_word(index, -1);
      std::vector<Piece>& pieces = words_[index].pieces;
      std::vector<Piece> shorter;
      for (std::size_t i = 0; i < pieces.size(); ++i) {
        const bool here =
            i + 1 < pieces.size() && pieces[i] == pair.first && pieces[i + 1] == pair.second;
        shorter.push_back(here ? joined : pieces[i]);
        if (here) ++i;
      }
      pieces = std::move(shorter);
      count_word(index, +1);
      for (std::size_t i = 0; i + 1 < pieces.size(); ++i)
        touched.insert({pieces[i], pieces[i + 1]});
    }
    places_.erase(pair);
    counts_.erase(pair);
    for (const Pair& changed : touched) {
      if (changed.first == joined || changed.second == joined)
        queue_.push(entry(changed, counts_[changed]));
    }
  }

  std::string prefix_;
  std::vector<Word> words_;
  std::vector<std::string> names_;
  std::unordered_map<std::string, Piece> numbers_;
  std::map<Pair, std::int64_t> counts_;
  std::map<Pair, std::set<std::size_t>> places_;
  std::priority_queue<Entry> queue_;
};

}  // namespace

std::vector<std::string> learn_merges(std::vector<SplitWord> words, std::int64_t merges,
                                      std::int64_t least, const std::string& prefix) {
  return MergeLearner(words, prefix).learn(merges, least);
}

}  // namespace warmstart::text
