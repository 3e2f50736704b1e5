// warmstart-volume-reader: judges volumes for the medical gate (see core/base/guarded_reader.h), or
// with "--decode FD CPU_SECONDS" decodes one for the window (see
// plugins/medical/io/volume_stream.h), or with "--surface FD CPU_SECONDS" makes surfaces of labels
// (surface_stream.h).
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>

#include "core/base/guarded_reader.h"
#include "plugins/medical/io/decode.h"
#include "plugins/medical/io/surface_stream.h"
#include "plugins/medical/io/verdict.h"
#include "plugins/medical/io/volume_stream.h"

namespace {

using warmstart::Json;
using warmstart::Path;
namespace medical = warmstart::medical;

std::uint64_t needed_bytes(const medical::VolumeHeader& header, const Path& file) {
  if (header.format != medical::Format::kDicomSeries) {
    return std::max(header.data_bytes(), 4 * static_cast<std::uint64_t>(header.grid.voxels()));
  }
  std::uint64_t bytes = 0;
  for (const auto& entry : std::filesystem::directory_iterator(file)) {
    if (entry.is_regular_file()) bytes += entry.file_size();
  }
  return 8 * bytes;  // slices may be compressed
}

Json judge(const Path& file) {
  const medical::VolumeHeader header = medical::check_header(file);
  // Four times the voxels (as stored and as float) and half a gigabyte.
  warmstart::limit_memory(4 * needed_bytes(header, file) + (std::uint64_t{512} << 20));
  medical::check_length(header, file);
  const medical::Volume volume = medical::decode_volume(file);
  medical::Verdict verdict;
  verdict.grid = volume.grid;
  const auto [low, high] = std::minmax_element(volume.voxels.begin(), volume.voxels.end());
  verdict.low = *low, verdict.high = *high;
  verdict.whole = std::all_of(volume.voxels.begin(), volume.voxels.end(),
                              [](float value) { return value == std::floor(value); });
  verdict.good = true;
  return medical::to_json(verdict);
}

}  // namespace

int main(int count, char** arguments) {
  if (count == 4 && std::strcmp(arguments[1], "--decode") == 0)
    return medical::stream_volume(std::atoi(arguments[2]), std::atoi(arguments[3]));
  if (count == 4 && std::strcmp(arguments[1], "--surface") == 0)
    return medical::stream_surfaces(std::atoi(arguments[2]), std::atoi(arguments[3]));
  return warmstart::run_guarded_reader(count, arguments, judge);
}
