#include "views/inspect/segmentation_facts.h"

#include <QtConcurrent>
#include <algorithm>
#include <cmath>

#include "views/inspect/voxel_reader.h"

namespace warmstart {
namespace {

constexpr int kMostLabels = 4096;  ///< larger numbers are no class labels
constexpr int kMostKept = 2000;    ///< captures; their facts are small

/// `rows` x `columns` numbers of a sample; nothing when the array is something else.
std::optional<std::vector<double>> placement(const CapturePtr& capture, const char* name,
                                             int sample, std::vector<std::int64_t> shape) {
  const Array* array = capture->find(name);
  std::size_t count = 1;
  for (const std::int64_t extent : shape) count *= static_cast<std::size_t>(extent);
  if (!array || array->dtype != Dtype::kFloat64 || array->shape.size() != shape.size() + 1 ||
      array->shape[0] <= sample ||
      !std::equal(shape.begin(), shape.end(), array->shape.begin() + 1))
    return std::nullopt;
  std::vector<double> numbers(count);
  std::memcpy(numbers.data(),
              array->data.data() + static_cast<std::size_t>(sample) * count * sizeof(double),
              count * sizeof(double));
  const bool finite =
      std::all_of(numbers.begin(), numbers.end(), [](double each) { return std::isfinite(each); });
  return finite ? std::optional(numbers) : std::nullopt;
}

void placeInSpace(Volume& volume, const CapturePtr& capture, int sample) {
  const bool three = volume.size[2] > 1;
  const std::size_t dims = three ? 3 : 2;
  const auto spacing = placement(capture, "spacing", sample, {static_cast<std::int64_t>(dims)});
  if (spacing && std::all_of(spacing->begin(), spacing->end(),
                             [](double mm) { return mm > 1e-6 && mm < 1e6; })) {
    for (std::size_t i = 0; i < dims; ++i) volume.spacing[dims - 1 - i] = (*spacing)[i];  // D, H, W
    volume.millimetres = true;
    // What has a size in millimetres comes from a scanner: y grows forward and z up there, so that
    // a head stands upright.
    volume.upward = three;
  }
  const auto origin = three ? placement(capture, "origin", sample, {3}) : std::nullopt;
  if (origin) volume.origin = Point3{(*origin)[0], (*origin)[1], (*origin)[2]};
  const auto direction = three ? placement(capture, "direction", sample, {3, 3}) : std::nullopt;
  if (!direction) return;
  volume.direction.emplace();
  for (std::size_t axis = 0; axis < 3; ++axis)
    for (std::size_t r = 0; r < 3; ++r)
      (*volume.direction)[axis][r] = (*direction)[3 * (2 - axis) + r];
}

int highestLabel(const Volume& volume) {
  int highest = 0;
  withVoxels(volume, [&](auto read) {
    eachVoxel(volume, [&](const Voxel&, std::int64_t place) {
      const double label = volume.valueOf(static_cast<double>(read[place]));
      if (label > highest && label < kMostLabels) highest = static_cast<int>(label);
    });
  });
  return highest;
}

}  // namespace

SampleVolumes sampleVolumes(const CapturePtr& capture, int sample) {
  const auto volume = [&](const char* name, bool channels) {
    const Array* array = capture->find(name);
    Volume found = array ? volumeOf(capture, *array, sample, channels) : Volume();
    if (found.valid()) placeInSpace(found, capture, sample);
    return found;
  };
  return {volume("image", true), volume("prediction", false), volume("label", false),
          volume("confidence", false)};
}

SampleFacts sampleFacts(const SampleVolumes& volumes) {
  SampleFacts facts;
  if (!volumes.image.valid()) return facts;
  facts.range = robustRange(volumes.image);
  for (const Volume* labels : {&volumes.prediction, &volumes.reference}) {
    if (labels->valid()) facts.highest_label = std::max(facts.highest_label, highestLabel(*labels));
  }
  return facts;
}

const SampleFacts* FactStore::find(const CapturePtr& capture, int sample) const {
  const auto found = known_.constFind(QString::fromStdString(capture->path().string()));
  if (found == known_.constEnd() || sample < 0 || sample >= static_cast<int>(found->size()))
    return nullptr;
  const auto& facts = (*found)[static_cast<std::size_t>(sample)];
  return facts ? &*facts : nullptr;
}

void FactStore::want(const CapturePtr& capture, int first) {
  connect(&watcher_, &QFutureWatcherBase::finished, this, &FactStore::take, Qt::UniqueConnection);
  wanted_ = capture, first_ = first;
  if (!running_) next();
}

void FactStore::next() {
  const int samples = std::max(1, static_cast<int>(wanted_->samples().size()));
  for (int i = -1; i < samples; ++i) {
    const int sample = i < 0 ? first_ : i;
    if (find(wanted_, sample)) continue;
    computing_ = wanted_, computing_sample_ = sample;
    running_ = true;
    watcher_.setFuture(QtConcurrent::run(
        [capture = wanted_, sample] { return sampleFacts(sampleVolumes(capture, sample)); }));
    return;
  }
}

void FactStore::take() {
  running_ = false;
  const CapturePtr capture = std::exchange(computing_, nullptr);
  const int sample = computing_sample_;
  if (known_.size() >= kMostKept) known_.clear();
  Facts& facts = known_[QString::fromStdString(capture->path().string())];
  facts.resize(std::max(facts.size(), static_cast<std::size_t>(sample) + 1));
  facts[static_cast<std::size_t>(sample)] = watcher_.result();
  next();
  emit found(capture, sample);
}

}  // namespace warmstart
