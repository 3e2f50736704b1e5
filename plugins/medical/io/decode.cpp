#include "plugins/medical/io/decode.h"

#include <cmath>

#include "core/base/error.h"
#include "plugins/medical/io/itk_image.h"

namespace warmstart::medical {
namespace {

void require_finite(const std::vector<float>& voxels, const std::string& where) {
  std::size_t bad = 0;
  for (const float value : voxels) bad += !std::isfinite(value);
  if (bad == 0) return;
  throw Error(std::to_string(bad) + " voxels are NaN or infinite", where,
              "replace them, for example by zero");
}

Volume decode_single_file(const Path& path, const VolumeHeader& header) {
  const itk::ImageIOBase::Pointer io = open_image(path, header);
  Volume volume;
  volume.name = volume_stem(path);
  volume.grid = grid_of(*io);
  volume.voxels = voxels_of(*io, path.string());
  return volume;
}

}  // namespace

Volume decode_volume(const Path& path) {
  const VolumeHeader header = check_header(path);
  return rephrased(path, [&] {
    Volume volume = header.format == Format::kDicomSeries ? decode_dicom_series(path)
                    : header.format == Format::kNifti     ? decode_nifti(path, header)
                                                          : decode_single_file(path, header);
    require_finite(volume.voxels, path.string());
    return volume;
  });
}

}  // namespace warmstart::medical
