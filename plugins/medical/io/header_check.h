// What a volume file says about itself, read by our own small parsers before any library may decode
// it. Whoever opens a stranger's file calls check_header first (cheap: the header alone), and the
// reader process calls check_length.
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "core/base/files.h"
#include "plugins/medical/io/volume.h"

namespace warmstart::medical {

enum class Format { kNifti, kNrrd, kMeta, kDicomSeries };
enum class Packing { kRaw, kDeflated };  ///< deflated: gzip or zlib
enum class TimeSteps { kOne, kMany };    ///< what a NIfTI's fourth axis may hold

struct VolumeHeader {
  Format format = Format::kNifti;
  Grid grid;                      ///< size always; affine for NIfTI only (others: from the decoder)
  std::uint64_t voxel_bytes = 0;  ///< bytes of one voxel
  Path data_file;                 ///< the file that holds the voxels
  std::uint64_t data_offset =
      0;  ///< of the first voxel; in a deflated NIfTI counted after inflating
  std::uint64_t deflate_start = 0;  ///< where the deflated stream starts in data_file
  Packing packing = Packing::kRaw;
  int nifti_type = 0;  ///< NIfTI alone: its datatype, byte order, and scale (0 = none)
  bool swapped = false;
  double slope = 0, intercept = 0;
  std::int64_t steps = 1;   ///< points in time, one whole grid after the other
  double step_seconds = 0;  ///< 0 = not known
  std::string description;
  std::uint64_t data_bytes() const {
    return static_cast<std::uint64_t>(grid.voxels() * steps) * voxel_bytes;
  }
};

/// Volumes larger than this many voxels are refused (4 GiB as float).
inline constexpr std::int64_t kMaxVoxels = std::int64_t{1} << 30;

/// The format by name (or, for a folder, by what it holds). Error "not a volume file" with the
/// endings that are.
Format format_of(const Path& path);
bool has_volume_ending(const std::string& name);
/// File name without its volume ending: "case_01.nii.gz" -> "case_01".
std::string volume_stem(const Path& path);

/// Reads and checks the header. Errors, one line each: dimensions, size, spacing, direction, type,
/// slope, data file outside the header's folder. A DICOM folder is checked for its files alone.
VolumeHeader check_header(const Path& path, TimeSteps steps = TimeSteps::kOne);

/// Compares the bytes that the header declares with those that are there, inflating to nowhere with
/// a limit. Error when the data is cut, damaged or far longer than declared.
void check_length(const VolumeHeader& header, const Path& path);

using TakeBytes = std::function<void(std::string_view)>;
/// Hands out the voxels' bytes, inflated, piece by piece: data_bytes() in all. Errors as
/// check_length's.
void stream_data(const VolumeHeader& header, const Path& path, const TakeBytes& take);

/// The voxels' bytes, inflated; exactly data_bytes() of them. Error when the file is cut or
/// damaged.
std::string read_data(const VolumeHeader& header, const Path& path);

// The parts, one a format.
VolumeHeader check_nifti_header(const Path& path, TimeSteps steps);
VolumeHeader check_nrrd_header(const Path& path);
VolumeHeader check_meta_header(const Path& path);

/// Shared checks; `where` is the file.
void check_size(const Size3& size, const Path& where);
void check_spacing(double spacing, const Path& where);
void check_direction(const std::array<double, 9>& columns, const Path& where);
/// A detached data file must be a plain name in the header's own folder, and no link out of it.
Path detached_file(const Path& header, std::string_view name);
/// First `count` bytes (fewer when the file is shorter); `inflate`: of the gzip stream's content.
std::string read_start(const Path& path, std::size_t count, bool inflate);

}  // namespace warmstart::medical
