// One sample of a preview file (`warmstart preview`), made ready to be shown: pictures of images
// and volumes, outlines of sounds, and text for tokens, classes and numbers. What has no such form
// says so in a sentence. For background threads.
#pragma once
#include <QImage>
#include <QStringList>
#include <vector>

#include "core/base/json.h"
#include "core/base/tensor_file.h"
#include "views/spectrogram/waveform.h"

namespace warmstart {

struct PreviewItem {
  enum class Form { kPicture, kOutline, kText };
  /// kBoth: the transforms leave it as it was read. Of pictures both are shown.
  enum class When { kRead, kTrained, kBoth };
  Form form = Form::kText;
  When when = When::kRead;
  QString field, title, detail;
  QImage image;
  int slices = 1;             ///< that the volume has; one of them is the picture
  std::vector<Peak> outline;  ///< lowest and highest value of equal stretches
  QString text;
};

/// What is known of sample `sample`, of volumes the slice at `depth` (0 = the first, 1 = the last).
/// Pictures come first.
std::vector<PreviewItem> readPreview(const TensorFile& file, int sample, double depth);
/// Names of the file's samples, as the data set gives them.
QStringList previewSamples(const TensorFile& file);
/// Of so many slices the one at a depth from 0 to 1.
int sliceAt(int slices, double depth);

}  // namespace warmstart
