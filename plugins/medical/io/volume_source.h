// A volume file opened for a look: what it says of itself, then its voxels in their own type, all
// points in time. Used by the reader process for the window (volume_stream.h); training reads
// floats through the gate.
#pragma once
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "plugins/medical/io/header_check.h"

namespace warmstart::medical {

/// One of the series that a DICOM folder holds.
struct SeriesFacts {
  std::string id;    ///< series instance UID
  std::string name;  ///< "12 T1post, MR"
  std::int64_t slices = 0;
};

struct VolumeFacts {
  Grid grid;
  std::int64_t steps = 1;             ///< points in time, one whole grid after the other
  double step_seconds = 0;            ///< 0 = not known
  std::string type;                   ///< "uint8", ... "float64": of a stored number
  std::uint64_t voxel_bytes = 0;      ///< of a stored number
  double slope = 1, intercept = 0;    ///< value = stored number * slope + intercept
  std::string description;            ///< of the file or the series
  std::vector<SeriesFacts> series;    ///< of a DICOM folder, the largest first
  std::string chosen;                 ///< id of the series that is read
  std::vector<std::string> left_out;  ///< DICOM files that hold no image

  std::uint64_t bytes() const {
    return static_cast<std::uint64_t>(grid.voxels() * steps) * voxel_bytes;
  }
};

/// Told now and then, with the share that is done.
using Progress = std::function<void(double)>;

class VolumeSource {
 public:
  virtual ~VolumeSource() = default;
  const VolumeFacts& facts() const { return facts_; }
  /// Fills `voxels`, facts().bytes() long, in stored order. Errors: the file is cut or damaged.
  virtual void read(std::span<std::byte> voxels, const Progress& progress) = 0;

 protected:
  VolumeFacts facts_;
};

/// `path`: a volume file, a DICOM file (its series in its folder is read) or a DICOM folder, where
/// `series` chooses ("" = the largest). Errors as check_header's, rephrased from ITK's.
std::unique_ptr<VolumeSource> open_volume(const Path& path, const std::string& series);

/// The DICOM part.
std::unique_ptr<VolumeSource> open_dicom(const Path& path, const std::string& series);

/// What the values of a volume are like.
struct ValueFacts {
  double low = 0, high = 0;     ///< of those that are finite
  bool whole = true;            ///< all are whole numbers
  std::int64_t not_finite = 0;  ///< how many are NaN or infinite
};
ValueFacts value_facts(const VolumeFacts& facts, std::span<const std::byte> voxels);

}  // namespace warmstart::medical
