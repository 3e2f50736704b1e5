// From the arrays of a capture to a SoundScene.
#include <QCoreApplication>
#include <QHash>
#include <algorithm>
#include <cmath>

#include "core/base/error.h"
#include "views/inspect/array_values.h"
#include "views/spectrogram/sound_scene.h"

namespace warmstart {
namespace {

class CaptureScene {
  Q_DECLARE_TR_FUNCTIONS(SpectrogramView)
 public:
  CaptureScene(const Capture& capture, int sample, const QStringList& classes)
      : capture_(capture), sample_(sample), classes_(classes) {
    scene_.rate = numberOf("rate");
    const Array* wave = find("wave");
    if (scene_.rate <= 0 || !wave || wave->shape.size() != 1)
      throw Error("the capture has no sound of this sample", capture.path().string(),
                  "look at its arrays instead");
    scene_.samples = wave->shape[0];
    scene_.window = numberOf("window"), scene_.fft = numberOf("fft"), scene_.hop = numberOf("hop");
  }

  SoundScene make(const Reference& reference) {
    const bool mixture = find("voice") || find("voice_estimate");
    addSound("wave", mixture ? tr("Mixture") : tr("Sound"));
    addSound("voice_estimate", tr("Voice, separated"));
    addSound("voice", tr("Voice, reference"));
    addSound("song_estimate", tr("Accompaniment, separated"));
    addSound("song", tr("Accompaniment, reference"));
    addDifferences();
    if (reference) addChange(reference);
    addMap("mask", tr("Mask, predicted"), SceneLayer::Kind::kMask);
    addMap("reference_mask", tr("Mask, reference"), SceneLayer::Kind::kMask);
    addMap("features", tr("Input of the model"), SceneLayer::Kind::kInput);
    addScores();
    addAttention();
    return std::move(scene_);
  }

 private:
  int numberOf(const char* key) const {
    const auto found = capture_.info().find(key);
    return found != capture_.info().end() && found->is_number_integer() ? found->get<int>() : 0;
  }
  const Array* find(const std::string& name) const {
    return capture_.find(name + "." + std::to_string(sample_));
  }
  static std::vector<float> valuesOf(const Array& array) {
    std::vector<float> values(static_cast<std::size_t>(valueCount(array)));
    readValues(array, 0, std::span(values));
    return values;
  }

  TrackPtr trackOf(const std::string& name) const {
    const Array* array = find(name);
    if (!array || array->shape.size() != 1) return nullptr;
    return std::make_shared<HeldTrack>(valuesOf(*array), scene_.rate);
  }

  void addSound(const char* name, const QString& title) {
    const TrackPtr track = trackOf(name);
    if (!track) return;
    known_[name] = track;
    scene_.tracks.push_back({title, track});
    scene_.layers.push_back({title, SceneLayer::Kind::kLevel, track, nullptr, nullptr});
  }

  void addDifferences() {
    const std::pair<const char*, QString> stems[] = {
        {"voice", tr("Voice: separated minus reference")},
        {"song", tr("Accompaniment: separated minus reference")}};
    for (const auto& [stem, title] : stems) {
      const TrackPtr estimate = known_.value(QLatin1String(stem) + QLatin1String("_estimate"));
      const TrackPtr truth = known_.value(QLatin1String(stem));
      if (!estimate || !truth) continue;
      scene_.layers.push_back({title, SceneLayer::Kind::kDifference, estimate, truth, nullptr});
      addResidual(*estimate, *truth,
                  QLatin1String(stem) == QLatin1String("voice")
                      ? tr("Voice, what is wrong in it")
                      : tr("Accompaniment, what is wrong in it"));
    }
  }

  /// The samples' own difference can be listened to.
  void addResidual(const SoundTrack& estimate, const SoundTrack& truth, const QString& title) {
    std::vector<float> a(static_cast<std::size_t>(scene_.samples)), b(a.size());
    estimate.read(0, a), truth.read(0, b);
    std::transform(a.begin(), a.end(), b.begin(), a.begin(), std::minus<>());
    scene_.tracks.push_back({title, std::make_shared<HeldTrack>(std::move(a), scene_.rate)});
  }

  /// What the other step or run makes of the same sample, and how this one differs from it.
  void addChange(const Reference& other) {
    const SoundScene before = CaptureScene(*other.capture, other.sample, classes_).make({});
    if (before.rate != scene_.rate || before.samples != scene_.samples) return;
    std::vector<SceneLayer> changes;
    for (const SceneTrack& track : before.tracks) {
      for (const SceneLayer& layer : scene_.layers) {
        if (layer.kind != SceneLayer::Kind::kLevel || layer.name != track.name) continue;
        const bool estimate =
            layer.name == tr("Voice, separated") || layer.name == tr("Accompaniment, separated");
        if (!estimate) continue;
        changes.push_back({tr("%1: minus %2").arg(track.name, other.name),
                           SceneLayer::Kind::kDifference, layer.track, track.track, nullptr});
        scene_.tracks.push_back({tr("%1: %2").arg(track.name, other.name), track.track});
      }
    }
    scene_.layers.insert(scene_.layers.begin(), changes.begin(), changes.end());
  }

  void addMap(const char* name, const QString& title, SceneLayer::Kind kind) {
    const Array* array = find(name);
    if (!array || array->shape.size() != 2 || array->shape[0] < 1 || array->shape[1] < 1) return;
    auto map = std::make_shared<SpectralMap>();
    map->rows = static_cast<int>(array->shape[0]), map->frames = static_cast<int>(array->shape[1]);
    const double frames = map->frames;
    map->hop = scene_.hop > 0 ? static_cast<double>(scene_.hop) / scene_.rate
                              : scene_.seconds() / std::max(1.0, frames - 1);
    const std::vector<float> by_row = valuesOf(*array);
    map->values.resize(by_row.size());
    for (int row = 0; row < map->rows; ++row) {
      for (int frame = 0; frame < map->frames; ++frame)
        map->values[static_cast<std::size_t>(frame * map->rows + row)] =
            by_row[static_cast<std::size_t>(row * map->frames + frame)];
    }
    map->row_hertz = rowsOf(map->rows);
    scene_.layers.push_back({title, kind, nullptr, nullptr, map});
  }

  /// What the capture says of the rows, else the bins of its transform where there are as many.
  std::vector<float> rowsOf(int rows) const {
    const Array* bands = find("bands");
    if (bands && valueCount(*bands) == rows) return valuesOf(*bands);
    std::vector<float> hertz;
    if (scene_.fft <= 0 || rows != scene_.fft / 2 + 1) return hertz;
    for (int row = 0; row < rows; ++row)
      hertz.push_back(static_cast<float>(row) * static_cast<float>(scene_.rate) /
                      static_cast<float>(scene_.fft));
    return hertz;
  }

  QString classAt(int index) const {
    return index < classes_.size() ? classes_[index] : tr("class %1").arg(index);
  }

  void addScores() {
    const Array *scores = find("scores"), *times = find("score_times");
    if (scores && times && scores->shape.size() == 2 && valueCount(*times) == scores->shape[1]) {
      for (int i = 0; i < scores->shape[0]; ++i) scene_.scores.classes += classAt(i);
      scene_.scores.times.resize(static_cast<std::size_t>(scores->shape[1]));
      readValues(*times, 0, std::span(scene_.scores.times));
      scene_.scores.values = valuesOf(*scores);
      scene_.events = eventsOf(scene_.scores, 0.5);
    }
    addClip("clip_scores", SceneEvent::Source::kClip);
    addClip("target", SceneEvent::Source::kLabelled);
  }

  /// What is said of the whole clip.
  void addClip(const char* name, SceneEvent::Source source) {
    const Array* array = find(name);
    if (!array || array->shape.size() != 1) return;
    const std::vector<float> values = valuesOf(*array);
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (values[i] > 0.5F)
        scene_.events.push_back(
            {0, scene_.seconds(), classAt(static_cast<int>(i)), source, values[i]});
    }
  }

  void addAttention() {
    const std::string ending = "." + std::to_string(sample_);
    for (const Array& array : capture_.arrays()) {
      if (!array.name.starts_with("attention_") || !array.name.ends_with(ending)) continue;
      if (array.shape.size() != 3 || array.shape[1] != array.shape[2]) continue;
      const std::string layer = array.name.substr(10, array.name.size() - 10 - ending.size());
      scene_.attention.push_back({tr("layer %1").arg(QString::fromStdString(layer)),
                                  static_cast<int>(array.shape[0]),
                                  static_cast<int>(array.shape[1]), valuesOf(array)});
    }
  }

  const Capture& capture_;
  int sample_;
  QStringList classes_;
  SoundScene scene_;
  QHash<QString, TrackPtr> known_;
};

}  // namespace

SoundScene sceneOf(const Capture& capture, int sample, const QStringList& classes,
                   const Reference& reference) {
  return CaptureScene(capture, sample, classes).make(reference);
}

std::vector<SceneEvent> eventsOf(const SceneScores& scores, double least) {
  std::vector<SceneEvent> events;
  const auto times = static_cast<int>(scores.times.size());
  const auto edge = [&](int before) {  // between two pieces
    const std::size_t i = static_cast<std::size_t>(std::clamp(before, 0, std::max(0, times - 2)));
    const double half = times > 1 ? (scores.times[i + 1] - scores.times[i]) / 2 : 0.5;
    return before < 0 ? std::max(0.0, scores.times.front() - half)
                      : scores.times[static_cast<std::size_t>(before)] + half;
  };
  for (int row = 0; row < scores.classes.size(); ++row) {
    for (int time = 0; time < times; ++time) {
      if (scores.at(row, time) < least) continue;
      int last = time;
      double highest = scores.at(row, time);
      while (last + 1 < times && scores.at(row, last + 1) >= least)
        highest = std::max(highest, static_cast<double>(scores.at(row, ++last)));
      events.push_back(
          {edge(time - 1), edge(last), scores.classes[row], SceneEvent::Source::kHeard, highest});
      time = last;
    }
  }
  return events;
}

}  // namespace warmstart
