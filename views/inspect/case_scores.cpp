#include "views/inspect/case_scores.h"

#include <cmath>

#include "views/inspect/voxel_reader.h"

namespace warmstart {
namespace {

constexpr int kMostClasses = 4096;  ///< larger numbers are no class labels

double shareOf(std::int64_t part, std::int64_t whole) {
  return whole > 0 ? static_cast<double>(part) / static_cast<double>(whole) : std::nan("");
}

/// Overlaps by label of one axial slice; labels before `first` and those that are none (too large)
/// count nowhere.
void addSlice(const SampleVolumes& volumes, int z, int first, std::vector<ClassOverlap>& overlaps) {
  const SliceWalk walk = sliceWalk(volumes.prediction, Plane::kAxial, z, false);
  const SliceWalk other = sliceWalk(volumes.reference, Plane::kAxial, z, false);
  const std::vector<int> predicted = sliceLabels(volumes.prediction, walk);
  const std::vector<int> referred = sliceLabels(volumes.reference, other);
  const auto at = [&](int label) -> ClassOverlap& {
    const auto place = static_cast<std::size_t>(label);
    if (overlaps.size() <= place) overlaps.resize(place + 1);
    return overlaps[place];
  };
  const auto counts = [first](int label) { return label >= first && label < kMostClasses; };
  for (std::size_t i = 0; i < predicted.size(); ++i) {
    if (counts(predicted[i])) ++at(predicted[i]).predicted;
    if (counts(referred[i])) ++at(referred[i]).referred;
    if (counts(predicted[i]) && predicted[i] == referred[i]) ++at(predicted[i]).both;
  }
}

bool worse(const ClassOverlap& a, const ClassOverlap& b) {
  if (!b.present()) return true;
  return a.dice() != b.dice() ? a.dice() < b.dice() : a.wrong() > b.wrong();
}

/// Where to look at a class in a slice.
Voxel placeOfErrors(const SampleVolumes& volumes, const CaseScore& score, int z) {
  double x_sum = 0, y_sum = 0;
  int found = 0;
  const bool any_wrong = score.slice.wrong() > 0;
  for (int y = 0; y < volumes.prediction.size[1]; ++y) {
    for (int x = 0; x < volumes.prediction.size[0]; ++x) {
      const bool predicted = volumes.prediction.at({x, y, z}) == score.label;
      const bool referred = volumes.reference.at({x, y, z}) == score.label;
      if (any_wrong ? predicted == referred : !predicted) continue;
      x_sum += x, y_sum += y;
      ++found;
    }
  }
  if (found == 0) return {0, 0, z};
  return {static_cast<int>(std::lround(x_sum / found)),
          static_cast<int>(std::lround(y_sum / found)), z};
}

}  // namespace

double ClassOverlap::dice() const { return shareOf(2 * both, predicted + referred); }
double ClassOverlap::precision() const { return shareOf(both, predicted); }
double ClassOverlap::recall() const { return shareOf(both, referred); }

std::vector<CaseScore> caseScores(const SampleVolumes& volumes, int sample, int first) {
  if (!volumes.prediction.valid() || !volumes.reference.valid() ||
      volumes.prediction.size != volumes.reference.size)
    return {};
  std::vector<CaseScore> by_label;
  for (int z = 0; z < volumes.prediction.size[2]; ++z) {
    std::vector<ClassOverlap> slice;
    addSlice(volumes, z, first, slice);
    if (by_label.size() < slice.size()) by_label.resize(slice.size());
    for (auto label = static_cast<std::size_t>(first); label < slice.size(); ++label) {
      if (!slice[label].present()) continue;
      CaseScore& score = by_label[label];
      score.whole.both += slice[label].both;
      score.whole.predicted += slice[label].predicted;
      score.whole.referred += slice[label].referred;
      if (!worse(slice[label], score.slice)) continue;
      score.slice = slice[label];
      score.worst[2] = z;
    }
  }
  std::vector<CaseScore> found;
  for (auto label = static_cast<std::size_t>(first); label < by_label.size(); ++label) {
    CaseScore& score = by_label[label];
    if (!score.whole.present()) continue;
    score.sample = sample;
    score.label = static_cast<int>(label);
    score.worst = placeOfErrors(volumes, score, score.worst[2]);
    found.push_back(score);
  }
  return found;
}

std::vector<CaseScore> caseScores(const CapturePtr& capture,
                                  const std::shared_ptr<std::atomic<bool>>& stop) {
  std::vector<CaseScore> all;
  const StoredClasses classes(capture->info());
  const int first = classes.of(0) > 0 ? 0 : 1;
  const auto samples = static_cast<int>(capture->samples().size());
  for (int sample = 0; sample < samples && !*stop; ++sample) {
    for (const CaseScore& score : caseScores(sampleVolumes(capture, sample), sample, first)) {
      if (classes.of(score.label) > 0) all.push_back(score);
    }
  }
  return all;
}

}  // namespace warmstart
