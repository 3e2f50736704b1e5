// Tiles of a picture by their key, up to a budget of bytes: those that were drawn longest ago are
// given up first, those that are wanted now never. What stores of tiles are made of (MapTiles,
// TileStore), and the map's pictures of them. GUI thread.
#pragma once
#include <QHash>
#include <algorithm>
#include <memory>
#include <vector>

namespace warmstart {

/// `Tile` says in bytes() how much it takes.
template <class Key, class Tile>
class TileShelf {
 public:
  using TilePtr = std::shared_ptr<const Tile>;
  explicit TileShelf(std::size_t budget_bytes) : budget_(budget_bytes) {}

  /// nullptr = not here. Counts as drawn now.
  TilePtr find(const Key& key) {
    const auto found = tiles_.find(key);
    if (found == tiles_.end()) return nullptr;
    found->used = ++clock_;
    return found->tile;
  }
  /// The same without counting.
  const Tile* look(const Key& key) const {
    const auto found = tiles_.constFind(key);
    return found == tiles_.cend() ? nullptr : found->tile.get();
  }
  /// Takes the place of an earlier tile of that key.
  void put(const Key& key, const TilePtr& tile, const std::vector<Key>& wanted) {
    Held& place = tiles_[key];
    if (place.tile) bytes_ -= place.tile->bytes();
    place = {tile, ++clock_};
    bytes_ += tile->bytes();
    keepBudget(wanted);
  }
  void forget(const Key& key) {
    if (const auto found = tiles_.find(key); found != tiles_.end()) given(found);
  }
  template <class Predicate>
  void forgetIf(Predicate predicate) {
    for (auto it = tiles_.begin(); it != tiles_.end();)
      it = predicate(it.key()) ? given(it) : std::next(it);
  }
  void clear() { tiles_.clear(), bytes_ = 0; }
  std::size_t bytes() const { return bytes_; }

 private:
  struct Held {
    TilePtr tile;
    qint64 used = 0;
  };
  using Place = typename QHash<Key, Held>::iterator;
  Place given(Place place) {
    bytes_ -= place->tile->bytes();
    return tiles_.erase(place);
  }
  /// What is wanted stays, or it would be made again and again.
  void keepBudget(const std::vector<Key>& wanted) {
    while (bytes_ > budget_) {
      auto oldest = tiles_.end();
      for (auto it = tiles_.begin(); it != tiles_.end(); ++it) {
        if (std::find(wanted.begin(), wanted.end(), it.key()) != wanted.end()) continue;
        if (oldest == tiles_.end() || it->used < oldest->used) oldest = it;
      }
      if (oldest == tiles_.end()) return;
      given(oldest);
    }
  }
  QHash<Key, Held> tiles_;
  std::size_t budget_, bytes_ = 0;
  qint64 clock_ = 0;
};

}  // namespace warmstart
