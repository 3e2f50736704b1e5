// What the spectrogram views show of one clip or file: its sounds, pictures over time and
// frequency, and what stands on the time axis below them. A value type; its arrays are shared.
#pragma once
#include <QString>
#include <QStringList>
#include <optional>
#include <vector>

#include "views/inspect/capture.h"
#include "views/spectrogram/sound_track.h"

namespace warmstart {

/// Something that can be listened to.
struct SceneTrack {
  QString name;
  TrackPtr track;
};

/// A picture over time and frequency that somebody else computed: a mask, a model's input.
struct SpectralMap {
  int rows = 0, frames = 0;      ///< rows from low to high
  double hop = 0;                ///< seconds between two frames; frame 0 is centred at 0
  std::vector<float> values;     ///< a frame after another
  std::vector<float> row_hertz;  ///< centre of each row, rising; empty: rows are no frequencies
};
using SpectralMapPtr = std::shared_ptr<const SpectralMap>;

struct SceneLayer {
  enum class Kind { kLevel, kDifference, kMask, kInput };
  QString name;
  Kind kind = Kind::kLevel;
  TrackPtr track, minus;  ///< kLevel: track; kDifference: levels of track minus those of minus
  SpectralMapPtr map;     ///< kMask (0 to 1), kInput
};

/// Scores of classes at moments: a heat strip under the spectrogram.
struct SceneScores {
  QStringList classes;
  std::vector<double> times;  ///< s, rising
  std::vector<float> values;  ///< a class after another, one value a time
  float at(int row, int time) const {
    return values[static_cast<std::size_t>(row) * times.size() + static_cast<std::size_t>(time)];
  }
};

struct SceneEvent {
  /// What the data says; what the model says of the whole clip, and of stretches of it.
  enum class Source { kLabelled, kClip, kHeard };
  double begin = 0, end = 0;  ///< s
  QString label;
  Source source = Source::kHeard;
  double score = 1;
};

/// Attention of one layer over equal stretches of the clip.
struct SceneAttention {
  QString name;
  int heads = 0, tokens = 0;
  std::vector<float> weights;  ///< head, query, key
};

struct SoundScene {
  int rate = 0;
  std::int64_t samples = 0;
  int window = 0, fft = 0, hop = 0;  ///< samples, as the model sees it; 0 = not said
  std::vector<SceneTrack> tracks;
  std::vector<SceneLayer> layers;
  SceneScores scores;
  std::vector<SceneEvent> events;
  std::vector<SceneAttention> attention;
  double seconds() const { return rate > 0 ? static_cast<double>(samples) / rate : 0; }
};

/// The sample of a capture of kind "spectrogram". With `reference`, a capture of another step or
/// run, the differences of the separated sounds between the two come first. Copies the sample's
/// arrays: not for long clips on the GUI thread. Errors: no rate, no wave of that sample.
SoundScene sceneOf(const Capture& capture, int sample, const QStringList& classes,
                   const Reference& reference = {});

/// Stretches where the score of a class is at least `least`; it may stretch over several pieces.
std::vector<SceneEvent> eventsOf(const SceneScores& scores, double least);

}  // namespace warmstart
