// The door that every volume passes before this process decodes it: our own header check, then one
// guarded reading in a short-lived process with limits on time and memory, remembered by content.
// Datasets hold one gate and admit all their files at once.
#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/base/file_guard.h"
#include "plugins/medical/io/verdict.h"

namespace warmstart::medical {

struct GateSettings {
  Path reader;           ///< the program; default: beside this library or ../lib/plugins/medical
  Path cache;            ///< default: cache_folder()
  int cpu_seconds = 20;  ///< for one file
  int wall_seconds = 60;
};

/// A file with its verdict, as it was when judged.
struct Admission {
  Path file;
  Verdict verdict;
  std::uint64_t bytes = 0;
  std::filesystem::file_time_type changed;
};

class Gate {
 public:
  explicit Gate(GateSettings settings = {});
  /// One admission a file, in order; a file that kills or hangs the reader is a bad one, the rest
  /// go on.
  std::vector<Admission> admit(const std::vector<Path>& files);
  /// How many files were read under guard (not known before); for tests and the log.
  std::int64_t guarded_reads() const { return guard_.guarded_reads(); }

 private:
  FileGuard guard_;
};

/// Decodes an admitted file. Errors: the verdict's reason; the file changed since it was judged.
Volume read_volume(const Admission& admission);
/// Throws the verdict's reason as an Error that names the file.
void require_good(const Admission& admission);

}  // namespace warmstart::medical
