// What the reader process found in one file. Verdicts travel as one JSON line, and are remembered
// by content in $WARMSTART_CACHE (default $XDG_CACHE_HOME/warmstart, ~/.cache/warmstart), so that a
// file is decoded under guard once.
#pragma once
#include <string>
#include <unordered_map>

#include "core/base/files.h"
#include "core/base/json.h"
#include "plugins/medical/io/volume.h"

namespace warmstart::medical {

struct Verdict {
  bool good = false;
  std::string reason, hint;  ///< when bad
  Grid grid;                 ///< when good; without the NIfTI forms
  double low = 0, high = 0;  ///< of the voxels
  bool whole = false;        ///< all voxels are whole numbers
};

Json to_json(const Verdict& verdict);
Verdict verdict_from_json(const Json& json);

/// SHA-256 over a file, the data file its header names, or a DICOM folder's slices.
std::string content_key(const Path& path);

class VerdictCache {
 public:
  explicit VerdictCache(const Path& folder);
  const Verdict* find(const std::string& key) const;  ///< nullptr when unknown
  void add(const std::string& key, const Verdict& verdict);

 private:
  Path file_;
  std::unordered_map<std::string, Verdict> known_;
};

/// The folder above. Error when neither variable nor HOME is set.
Path cache_folder();

}  // namespace warmstart::medical
