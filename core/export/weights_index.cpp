#include "core/export/weights_index.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/base/json.h"

namespace warmstart {
namespace {

constexpr std::uintmax_t kLargestIndex = std::uintmax_t{64} << 20;

[[noreturn]] void refuse_index(const std::string& what, const Path& path) {
  throw Error(what, path.string(),
              "give the index that came with the weights, in the folder of their files");
}

}  // namespace

bool is_weights_index(const Path& path) { return path.string().ends_with(".index.json"); }

WeightsIndex read_weights_index(const Path& path) {
  const Json root = Json::parse(read_file(path, kLargestIndex), nullptr, false);
  if (!root.is_object() || !root.contains("weight_map") || !root["weight_map"].is_object())
    refuse_index("not an index of weights: it has no 'weight_map'", path);
  WeightsIndex index;
  for (const auto& [name, file] : root["weight_map"].items()) {
    if (!file.is_string()) refuse_index("the index names no file for '" + name + "'", path);
    index.shards[file.get<std::string>()].insert(name);
  }
  if (index.shards.empty()) refuse_index("the index names no tensors", path);
  return index;
}

void check_shard(const std::string& shard, const std::set<std::string>& named,
                 const std::set<std::string>& found, const Path& index) {
  if (named == found) return;
  const auto first_only = [](const std::set<std::string>& a, const std::set<std::string>& b) {
    const auto at = std::find_if(a.begin(), a.end(),
                                 [&](const std::string& name) { return b.count(name) == 0; });
    return at == a.end() ? std::string() : *at;
  };
  const std::string missing = first_only(named, found), more = first_only(found, named);
  throw Error("the file '" + shard + "' " +
                  (missing.empty() ? "holds '" + more + "', which the index does not place there"
                                   : "lacks '" + missing + "', which the index places there"),
              index.string(), "the files do not belong together; get them all again");
}

}  // namespace warmstart
