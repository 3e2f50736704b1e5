// A folder of DICOM slices becomes one volume only when it holds one series without holes.
#include <map>

#include "core/base/error.h"
#include "plugins/medical/io/decode.h"
#include "plugins/medical/io/dicom_files.h"
#include "plugins/medical/io/dicom_slices.h"
#include "plugins/medical/io/itk_image.h"

namespace warmstart::medical {
namespace {

void require_one_series(const std::vector<DicomSlice>& slices, const Path& folder) {
  std::map<std::string, int> count;
  for (const DicomSlice& slice : slices) ++count[slice.series];
  if (count.size() == 1) return;
  std::string sizes;
  for (const auto& [series, files] : count) {
    sizes += (sizes.empty() ? "" : ", ") + std::to_string(files);
  }
  throw Error(
      "the folder mixes " + std::to_string(count.size()) + " series (of " + sizes + " slices)",
      folder.string(), "put each series into a folder of its own");
}

}  // namespace

Volume decode_dicom_series(const Path& folder) {
  std::vector<DicomSlice> slices;
  for (const Path& file : dicom_files(folder)) slices.push_back(open_slice(file));
  require_one_series(slices, folder);
  if (slices.size() < 2) {
    throw Error("the series has one slice", folder.string(), "give a series of two slices or more");
  }
  const DicomStack stack = stack_slices(std::move(slices), folder);
  Volume volume;
  volume.name = folder.filename().string();
  volume.grid = stack.grid;
  volume.voxels.reserve(static_cast<std::size_t>(volume.grid.voxels()));
  for (const DicomSlice& slice : stack.slices) {
    require_whole_pixels(slice);
    const std::vector<float> plane = voxels_of(*slice.io, slice.file.string());
    volume.voxels.insert(volume.voxels.end(), plane.begin(), plane.end());
  }
  return volume;
}

}  // namespace warmstart::medical
