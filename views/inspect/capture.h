// What an inspector recorded at one step, opened: the checked, memory-mapped arrays and what the
// file says about them. Made in the background by CaptureStore, shared read-only by the views.
#pragma once
#include <QString>
#include <QStringList>
#include <memory>
#include <optional>

#include "core/base/json.h"
#include "core/base/tensor_file.h"

namespace warmstart {

/// One file runs/<id>/captures/<step>/<name>.safetensors.
struct CaptureEntry {
  qint64 step = 0;
  QString name, stage;
  Path file;
  bool placed = false;  ///< it says where on the ground its samples lie
  bool operator==(const CaptureEntry&) const = default;
};

class Capture {
 public:
  /// Reads and checks the whole file. Errors: those of TensorFile::open; no "capture" metadata.
  static std::shared_ptr<const Capture> open(const Path& file);

  const QString& kind() const { return kind_; }
  const QString& stage() const { return stage_; }
  qint64 step() const { return step_; }
  const QStringList& samples() const { return samples_; }
  /// Class names with the background first; empty when the file does not say.
  const QStringList& classes() const { return classes_; }
  /// Where index 0 of W, H and D grows to, as three letters ("RAS"); "" when the file does not say.
  const QString& orientation() const { return orientation_; }
  /// Axes of an array as the inspector wrote them, "S C [D] H W"; "" when unknown.
  QString axes(const std::string& array) const;
  QString units(const std::string& array) const;
  const std::vector<Array>& arrays() const { return file_.arrays(); }
  const Array* find(const std::string& name) const { return file_.find(name); }
  const TensorFile& file() const { return file_; }
  const Json& info() const { return info_; }
  const Path& path() const { return path_; }
  /// Bytes of the arrays; what the store's budget counts.
  std::size_t bytes() const { return bytes_; }

 private:
  Capture(TensorFile file, Path path);
  QString text(const char* key) const;
  TensorFile file_;
  Path path_;
  Json info_;
  QString kind_, stage_, orientation_;
  QStringList samples_, classes_;
  qint64 step_ = 0;
  std::size_t bytes_ = 0;
};

using CapturePtr = std::shared_ptr<const Capture>;

/// A capture that another one is compared with: of another step, or of another run.
struct Reference {
  CapturePtr capture;  ///< nullptr = none
  int sample = 0;      ///< where the sample that is shown stands in it
  QString name;        ///< "step 20", "step 20 of scratch, seed 1"
  explicit operator bool() const { return capture != nullptr; }
};

/// Where the same sample stands in another capture, by its name; the place itself where neither
/// has names. Nothing = it is not there.
std::optional<int> sampleIn(const Capture& other, const Capture& shown, int sample);

}  // namespace warmstart
