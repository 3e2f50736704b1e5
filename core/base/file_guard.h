// The door for files from strangers that every plugin's gate stands on: a file not seen before is
// decoded in a short-lived process (a plugin's reader program) with limits on time and memory, and
// its verdict is remembered by content. The plugin says what a file's key is and what its verdict
// holds.
#pragma once
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/base/files.h"
#include "core/base/json.h"

namespace warmstart {

struct GuardSettings {
  Path reader;           ///< the program that judges (see core/base/guarded_reader.h)
  Path cache;            ///< folder of remembered verdicts; empty: cache_folder()
  std::string verdicts;  ///< file name there
  int version = 1;       ///< raised when reader or checks change: old verdicts no longer count
  int cpu_seconds = 20;  ///< for one file
  std::vector<std::string> arguments;  ///< more of the reader's, after those seconds
  int wall_seconds = 60;
};

/// {"good": true, ...what the plugin's reader found} or {"good": false, "reason", "hint"}.
Json bad_verdict_line(const std::string& reason, const std::string& hint);

class Sha256;

class FileGuard {
 public:
  explicit FileGuard(GuardSettings settings);
  /// One verdict a file, in order, from the cache or the reader; a file that kills or hangs the
  /// reader is a bad one, the rest go on. `keys`: one a file, what its verdict is remembered by.
  std::vector<Json> judge(const std::vector<Path>& files, const std::vector<std::string>& keys);
  /// How many files were read under guard (not known before); for tests and the log.
  std::int64_t guarded_reads() const { return guarded_reads_; }

 private:
  std::vector<Json> read_guarded(const std::vector<Path>& files);
  void load_known();
  void remember(const std::string& key, const Json& verdict);
  GuardSettings settings_;
  std::unordered_map<std::string, Json> known_;
  std::int64_t guarded_reads_ = 0;
};

/// $WARMSTART_CACHE, else $XDG_CACHE_HOME/warmstart, else ~/.cache/warmstart. Error when none is
/// set.
Path cache_folder();

/// Length and time of change of a file; 0 and the epoch where there is none.
std::uint64_t guarded_bytes(const Path& file);
std::filesystem::file_time_type guarded_change(const Path& file);

/// Adds what a verdict is remembered by: all of a file of up to 64 MiB; of a longer one its ends,
/// its length and the time of its change.
void hash_guarded(Sha256& hash, const Path& file);

}  // namespace warmstart
