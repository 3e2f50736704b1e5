// The door that every raster passes before this process decodes it: our own check of its format and
// of what it draws on, then one guarded reading of all its pixels in a short-lived process
// (core/base/file_guard.h), remembered by content. Datasets hold one gate and admit all their files
// at once.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "core/base/file_guard.h"
#include "plugins/satellite/io/format_check.h"
#include "plugins/satellite/io/raster.h"

namespace warmstart::satellite {

struct RasterVerdict {
  bool good = false;
  std::string reason, hint;  ///< when bad
  RasterInfo info;           ///< when good; with the bands' ranges and counts
};

struct RasterAdmission {
  Path file;
  RasterVerdict verdict;
  std::uint64_t bytes = 0;
  std::filesystem::file_time_type changed;
};

class RasterGate {
 public:
  /// `reader`: the program; empty = beside this library. `cache`: empty = cache_folder().
  explicit RasterGate(const Path& reader = {}, const Path& cache = {},
                      VrtSources sources = VrtSources::kInItsFolder);
  /// One admission a file, in order. Files of up to 64 MiB are known by their content, longer ones
  /// by their ends, length and time of change; a VRT by its own and its sources'.
  std::vector<RasterAdmission> admit(const std::vector<Path>& files);
  std::int64_t guarded_reads() const { return guard_.guarded_reads(); }

 private:
  VrtSources sources_;
  FileGuard guard_;
};

/// Decodes every block and says what the file holds: the reader program's work. Errors as
/// check_raster and RasterFile.
RasterVerdict judge_raster(const Path& file, VrtSources sources = VrtSources::kInItsFolder);
/// The argument with which the reader program lets VRTs draw on files anywhere.
inline constexpr const char* kAnywhereArgument = "vrt-anywhere";
Json to_json(const RasterVerdict& verdict);

/// Throws the verdict's reason as an Error that names the file.
void require_good(const RasterAdmission& admission);
/// Throws when the file is not the one that was judged.
void require_unchanged(const RasterAdmission& admission);

}  // namespace warmstart::satellite
