#include "views/spectrogram/spectrogram_tiles.h"

#include <QtConcurrent>
#include <algorithm>
#include <cmath>

#include "views/spectrogram/fourier.h"

namespace warmstart {
namespace {

constexpr int kThreads = 2;

bool readLevels(const SoundTrack& track, std::int64_t centre, Fourier& fourier,
                std::span<float> levels) {
  std::vector<float> samples(static_cast<std::size_t>(fourier.length()));
  if (!track.read(centre - fourier.length() / 2, samples)) return false;
  fourier.levels(samples, levels);
  return true;
}

/// A frame of the layer, as its rows' values; false: none there.
bool readFrame(const SceneLayer& layer, const SpectrumSettings& settings, qint64 frame,
               Fourier& fourier, std::vector<float>& values) {
  const qint64 centre = frame * settings.hop;
  if (frame < 0 || centre > layer.track->samples()) return false;
  if (!readLevels(*layer.track, centre, fourier, values)) return false;
  if (layer.kind == SceneLayer::Kind::kLevel) return true;
  std::vector<float> other(values.size());
  if (!readLevels(*layer.minus, centre, fourier, other)) return false;
  std::transform(values.begin(), values.end(), other.begin(), values.begin(), std::minus<>());
  return true;
}

/// The value that is farther from zero stands for a difference, the higher one for the rest.
void join(SceneLayer::Kind kind, std::span<const float> frame, std::span<float> column) {
  for (std::size_t row = 0; row < column.size(); ++row) {
    const bool wins = kind == SceneLayer::Kind::kDifference
                          ? !(std::abs(frame[row]) <= std::abs(column[row]))
                          : !(frame[row] <= column[row]);
    if (wins) column[row] = frame[row];
  }
}

TilePtr soundTile(const SceneLayer& layer, const SpectrumSettings& settings, const TileKey& key,
                  int most) {
  Fourier fourier(settings.window, settings.fft);
  auto tile = std::make_shared<SpectrogramTile>();
  tile->rows = fourier.bins();
  const auto rows = static_cast<std::size_t>(tile->rows);
  tile->values.assign(rows * SpectrogramTile::kColumns, std::nanf(""));
  std::vector<float> values(rows);
  const qint64 stride = qint64{1} << key.level;
  const int looks = static_cast<int>(std::min<qint64>(stride, most));
  tile->fine = most == kManyLooks || stride <= kFewLooks;
  bool any = false;
  for (int column = 0; column < SpectrogramTile::kColumns; ++column) {
    const qint64 first = (key.index * SpectrogramTile::kColumns + column) * stride;
    const std::span<float> out(tile->values.data() + static_cast<std::size_t>(column) * rows, rows);
    for (int look = 0; look < looks; ++look) {
      if (!readFrame(layer, settings, first + look * stride / looks, fourier, values)) break;
      join(layer.kind, values, out);
      any = true;
    }
  }
  return any ? tile : nullptr;
}

TilePtr mapTile(const SceneLayer& layer, const TileKey& key) {
  const SpectralMap& map = *layer.map;
  auto tile = std::make_shared<SpectrogramTile>();
  tile->rows = map.rows;
  tile->fine = true;
  const auto rows = static_cast<std::size_t>(map.rows);
  tile->values.assign(rows * SpectrogramTile::kColumns, std::nanf(""));
  const qint64 stride = qint64{1} << key.level;
  for (int column = 0; column < SpectrogramTile::kColumns; ++column) {
    const qint64 first = (key.index * SpectrogramTile::kColumns + column) * stride;
    const std::span<float> out(tile->values.data() + static_cast<std::size_t>(column) * rows, rows);
    for (qint64 frame = std::max<qint64>(0, first);
         frame < std::min<qint64>(map.frames, first + stride); ++frame)
      join(layer.kind, std::span(map.values).subspan(static_cast<std::size_t>(frame) * rows, rows),
           out);
  }
  return tile;
}

}  // namespace

double frameSeconds(const SceneLayer& layer, const SpectrumSettings& settings) {
  return layer.map ? layer.map->hop : static_cast<double>(settings.hop) / layer.track->rate();
}

double columnBegin(const SceneLayer& layer, const SpectrumSettings& settings, int level,
                   qint64 column) {
  return (static_cast<double>(column) * static_cast<double>(qint64{1} << level) - 0.5) *
         frameSeconds(layer, settings);
}

std::vector<float> rowHertz(const SceneLayer& layer, const SpectrumSettings& settings) {
  if (layer.map) return layer.map->row_hertz;
  const int length = Fourier::lengthFor(settings.window, settings.fft);
  std::vector<float> hertz(static_cast<std::size_t>(length / 2 + 1));
  for (std::size_t row = 0; row < hertz.size(); ++row)
    hertz[row] = static_cast<float>(row) * static_cast<float>(layer.track->rate()) /
                 static_cast<float>(length);
  return hertz;
}

TilePtr tileOf(const SceneLayer& layer, const SpectrumSettings& settings, const TileKey& key,
               int looks) {
  return layer.map ? mapTile(layer, key) : soundTile(layer, settings, key, looks);
}

TileStore::TileStore(std::size_t budget_bytes, QObject* parent)
    : QObject(parent), tiles_(budget_bytes) {
  pool_.setMaxThreadCount(kThreads);
}

TileStore::~TileStore() {
  pool_.clear();
  pool_.waitForDone();
}

void TileStore::setLayers(std::vector<SceneLayer> layers, const SpectrumSettings& settings) {
  layers_ = std::move(layers), settings_ = settings;
  tiles_.clear(), wanted_.clear(), computing_.clear();
  ++generation_;
}

TilePtr TileStore::find(const TileKey& key) { return tiles_.find(key); }

void TileStore::want(std::vector<TileKey> keys) {
  wanted_ = std::move(keys);
  startSome();
}

/// First something for every place, then more frames for each column.
bool TileStore::takeNext(TileKey& key, int& looks) {
  for (const int wanted_looks : {kFewLooks, kManyLooks}) {
    for (const TileKey& wanted : wanted_) {
      const SpectrogramTile* held = tiles_.look(wanted);
      const bool known = held && (wanted_looks == kFewLooks || held->fine);
      if (known || std::find(computing_.begin(), computing_.end(), wanted) != computing_.end())
        continue;
      key = wanted, looks = wanted_looks;
      return true;
    }
  }
  return false;
}

void TileStore::startSome() {
  TileKey key;
  int looks = 0;
  while (running_ < kThreads && takeNext(key, looks)) {
    computing_.push_back(key);
    ++running_;
    pool_.start([this, key, looks, layer = layers_.at(static_cast<std::size_t>(key.layer)),
                 settings = settings_, generation = generation_] {
      const TilePtr tile = tileOf(layer, settings, key, looks);
      QMetaObject::invokeMethod(
          this, [this, generation, key, tile] { take(generation, key, tile); },
          Qt::QueuedConnection);
    });
  }
}

void TileStore::take(int generation, const TileKey& key, const TilePtr& tile) {
  --running_;
  if (generation == generation_) {
    std::erase(computing_, key);
    // What cannot be read is not asked for again.
    static const auto kNothing =
        std::make_shared<const SpectrogramTile>(SpectrogramTile{.fine = true});
    tiles_.put(key, tile ? tile : kNothing, wanted_);
    emit tileReady(key);
  }
  startSome();
}

}  // namespace warmstart
