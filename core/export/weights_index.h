// The table of contents of weights that lie in several files, as Hugging Face's programs write it
// ("model.safetensors.index.json", "pytorch_model.bin.index.json"). It comes from a stranger: the
// files that it names must lie in its folder, by the rules of external_data.h.
#pragma once
#include <map>
#include <set>
#include <string>

#include "core/base/files.h"

namespace warmstart {

/// Whether the name ends with ".index.json".
bool is_weights_index(const Path& path);

struct WeightsIndex {
  std::map<std::string, std::set<std::string>> shards;  ///< file -> names of its tensors
};

/// Errors: no JSON, no "weight_map" of names to files, one that is empty.
WeightsIndex read_weights_index(const Path& path);

/// Error naming the file and the tensor unless `found` are the shard's tensors by the index.
void check_shard(const std::string& shard, const std::set<std::string>& named,
                 const std::set<std::string>& found, const Path& index);

}  // namespace warmstart
