// A volume file for the Volume panel: decoded by the medical plugin's guarded reader into memory
// that the two share, and drawn from there as it lies. This process loads no decoder.
#pragma once
#include <QStringList>

#include "core/base/files.h"
#include "views/inspect/volume.h"
#include "views/inspect/volume_reader.h"

namespace warmstart {

struct SeriesChoice {
  QString id, name;
  int slices = 0;
};

struct VolumeFile {
  Path path;
  QString description, type;         ///< "int16"
  std::array<int, 3> stored_size{};  ///< along i, j, k of the file
  std::array<double, 12> affine{};   ///< row-major 3x4: stored (i, j, k, 1) to RAS+ mm
  std::array<int, 3> axis{0, 1, 2};  ///< the stored axis closest to right, front, top
  std::array<bool, 3> flip{};        ///< whether it runs against it
  int steps = 1;                     ///< points in time
  double step_seconds = 0;           ///< 0 = not known
  double slope = 1, intercept = 0;   ///< value = stored number * slope + intercept
  double low = 0, high = 0;          ///< of the values
  bool whole = false;                ///< all values are whole numbers
  std::int64_t not_finite = 0;       ///< values that are NaN or infinite
  std::vector<SeriesChoice> series;  ///< of a DICOM folder
  QString chosen;                    ///< id of the one shown
  QStringList left_out;              ///< DICOM files that hold no image
  std::shared_ptr<const std::byte> voxels;

  /// A point in time, its axes turned to the closest anatomical ones.
  Volume at(int step) const;
  /// Of a voxel of at(): where the file has it, and where it lies.
  Voxel stored(const Voxel& voxel) const;
  Point3 place(const Voxel& voxel) const;
};
using VolumeFilePtr = std::shared_ptr<const VolumeFile>;

struct VolumeRequest {
  Path path;
  std::string series;        ///< of a DICOM folder; "" = the largest
  VolumeFilePtr grid;        ///< an image that the volume must lie on, as labels
  std::uint64_t budget = 0;  ///< bytes of memory; 0 = most of what is free
};

/// Not on the GUI thread. Errors: the reader's, in one line; too large for the memory. Nothing when
/// it was stopped.
VolumeFilePtr readVolume(const VolumeRequest& request, Loading& loading);

/// By its ending; what has none of these by its content (a few small reads).
bool looksLikeVolume(const Path& path);

}  // namespace warmstart
