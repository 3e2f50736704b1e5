// Pieces of a spectrogram: 256 columns of one layer at one level of time. At level L a column
// stands for 2^L frames and holds the highest value of two of them at first, so that an hour is
// drawn as quickly as a second, and of sixteen after that. Computed on threads of its own; the
// store and its signals live on the GUI thread.
#pragma once
#include <QObject>
#include <QThreadPool>
#include <atomic>

#include "views/desk/tile_shelf.h"
#include "views/spectrogram/sound_scene.h"

namespace warmstart {

struct SpectrumSettings {
  int window = 1024, fft = 1024, hop = 256;  ///< samples
  bool operator==(const SpectrumSettings&) const = default;
};

constexpr int kFewLooks = 2, kManyLooks = 16;  ///< frames of a column that are looked at

struct TileKey {
  int layer = 0, level = 0;
  qint64 index = 0;
  bool operator==(const TileKey&) const = default;
};
inline size_t qHash(const TileKey& key, size_t seed = 0) {
  return qHashMulti(seed, key.layer, key.level, key.index);
}

struct SpectrogramTile {
  static constexpr int kColumns = 256;
  int rows = 0;
  bool fine = false;          ///< as many frames were looked at as ever are
  std::vector<float> values;  ///< a column after another, rows from low to high frequencies
  std::size_t bytes() const { return values.size() * sizeof(float); }
};
using TilePtr = std::shared_ptr<const SpectrogramTile>;

/// Seconds between two frames of the layer, which is a column's width at level 0.
double frameSeconds(const SceneLayer& layer, const SpectrumSettings& settings);
/// Column `c` of level L begins here, s: half a frame before its first frame's centre.
double columnBegin(const SceneLayer& layer, const SpectrumSettings& settings, int level,
                   qint64 column);
/// Centre of each row in Hz; empty where the rows are no frequencies.
std::vector<float> rowHertz(const SceneLayer& layer, const SpectrumSettings& settings);
/// Any thread. kLevel and kDifference in dB; at most `looks` frames a column. Nothing when the
/// sound could not be read.
TilePtr tileOf(const SceneLayer& layer, const SpectrumSettings& settings, const TileKey& key,
               int looks = kManyLooks);

class TileStore : public QObject {
  Q_OBJECT
 public:
  explicit TileStore(std::size_t budget_bytes = std::size_t{96} << 20, QObject* parent = nullptr);
  ~TileStore() override;
  /// Forgets all tiles.
  void setLayers(std::vector<SceneLayer> layers, const SpectrumSettings& settings);
  TilePtr find(const TileKey& key);
  /// What is drawn now, the most urgent first; takes the place of earlier wishes.
  void want(std::vector<TileKey> keys);
  bool busy() const { return running_ > 0; }
  std::size_t bytes() const { return tiles_.bytes(); }

 signals:
  void tileReady(const TileKey& key);

 private:
  void startSome();
  bool takeNext(TileKey& key, int& looks);
  void take(int generation, const TileKey& key, const TilePtr& tile);
  TileShelf<TileKey, SpectrogramTile> tiles_;
  std::vector<TileKey> wanted_, computing_;
  std::vector<SceneLayer> layers_;
  SpectrumSettings settings_;
  QThreadPool pool_;
  int running_ = 0, generation_ = 0;
};

}  // namespace warmstart
