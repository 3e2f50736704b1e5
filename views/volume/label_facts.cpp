#include "views/volume/label_facts.h"

#include <map>

#include "core/base/error.h"
#include "views/inspect/slice.h"

namespace warmstart {
namespace {

constexpr int kMostLabels = 65536;  ///< larger numbers are no labels

std::vector<int> axialLabels(const Volume& volume, int z) {
  return sliceLabels(volume, sliceWalk(volume, Plane::kAxial, z, false));
}

}  // namespace

std::vector<int> labelsOf(const VolumeFile& file) {
  if (!file.whole || file.not_finite > 0 || file.low < 0 || file.high >= kMostLabels) {
    throw Error("the values are no labels: " + QString::number(file.low).toStdString() + " to " +
                    QString::number(file.high).toStdString(),
                file.path.string(), "give a volume of whole numbers from 0 to 65535");
  }
  std::vector<bool> seen(kMostLabels);
  for (int step = 0; step < file.steps; ++step) {
    const Volume volume = file.at(step);
    for (int z = 0; z < volume.size[2]; ++z)
      for (const int label : axialLabels(volume, z)) seen[static_cast<std::size_t>(label)] = true;
  }
  std::vector<int> labels;
  for (int label = 1; label < kMostLabels; ++label) {
    if (seen[static_cast<std::size_t>(label)]) labels.push_back(label);
  }
  return labels;
}

std::vector<LabelAgreement> agreementOf(const VolumeFile& labels, const VolumeFile& reference) {
  struct Count {
    std::int64_t both = 0, sum = 0;
  };
  std::map<int, Count> counts;
  const Volume first = labels.at(0), second = reference.at(0);
  for (int z = 0; z < first.size[2]; ++z) {
    const std::vector<int> a = axialLabels(first, z), b = axialLabels(second, z);
    for (std::size_t i = 0; i < a.size(); ++i) {
      if (a[i] == 0 && b[i] == 0) continue;
      ++counts[a[i]].sum, ++counts[b[i]].sum;
      if (a[i] == b[i]) ++counts[a[i]].both;
    }
  }
  counts.erase(0);
  std::vector<LabelAgreement> agreement;
  for (const auto& [label, count] : counts)
    agreement.push_back(
        {label, 2 * static_cast<double>(count.both) / static_cast<double>(count.sum)});
  return agreement;
}

}  // namespace warmstart
