// What the segmentation view must know of a whole sample before it can draw it: a grey window and
// how many labels there are. Computed in the background, once for each sample of each capture.
#pragma once
#include <QFutureWatcher>
#include <QHash>
#include <QObject>

#include "views/inspect/capture.h"
#include "views/inspect/volume_scene.h"

namespace warmstart {

struct SampleFacts {
  std::array<double, 2> range{0, 1};
  int highest_label = 0;
};

/// The volumes of a sample, placed in the patient as far as the capture says how.
SampleVolumes sampleVolumes(const CapturePtr& capture, int sample);
/// One pass over all voxels: not on the GUI thread.
SampleFacts sampleFacts(const SampleVolumes& volumes);

/// Keeps the facts of the captures seen so far. GUI thread.
class FactStore : public QObject {
  Q_OBJECT
 public:
  using QObject::QObject;
  /// nullptr = not known yet.
  const SampleFacts* find(const CapturePtr& capture, int sample) const;
  /// Computes what is not known of the capture, `first` before the other samples; an earlier wish
  /// is given up after the sample that is being computed.
  void want(const CapturePtr& capture, int first);
  bool busy() const { return running_; }

 signals:
  void found(const CapturePtr& capture, int sample);

 private:
  using Facts = std::vector<std::optional<SampleFacts>>;  ///< by sample
  void next();
  void take();
  CapturePtr wanted_, computing_;
  int first_ = 0, computing_sample_ = 0;
  bool running_ = false;
  QHash<QString, Facts> known_;
  QFutureWatcher<SampleFacts> watcher_;
};

}  // namespace warmstart
