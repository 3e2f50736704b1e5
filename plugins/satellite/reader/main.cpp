// warmstart-raster-reader: judges rasters and files of shapes for the satellite gate (see
// core/base/guarded_reader.h), or with "stream FILE" hands out a raster's pixels (see
// plugins/satellite/io/raster_stream.h).
#include <cstring>

#include "core/base/guarded_reader.h"
#include "plugins/satellite/io/raster_gate.h"
#include "plugins/satellite/io/raster_stream.h"
#include "plugins/satellite/io/vector_labels.h"

int main(int count, char** arguments) {
  if (count == 3 && std::strcmp(arguments[1], "stream") == 0)
    return warmstart::satellite::stream_raster(arguments[2]);
  // Windows of pixels and GDAL's bounded cache of blocks, whatever the file declares.
  constexpr std::uint64_t kMemory = std::uint64_t{1} << 31;
  const bool anywhere =
      count == 3 && std::strcmp(arguments[2], warmstart::satellite::kAnywhereArgument) == 0;
  return warmstart::run_guarded_reader(count, arguments, [anywhere](const warmstart::Path& file) {
    warmstart::limit_memory(kMemory);
    if (warmstart::satellite::is_vector_name(file)) return warmstart::satellite::judge_vector(file);
    using warmstart::satellite::VrtSources;
    return to_json(warmstart::satellite::judge_raster(
        file, anywhere ? VrtSources::kAnywhere : VrtSources::kInItsFolder));
  });
}
