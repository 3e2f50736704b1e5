#include "plugins/medical/io/verdict.h"

#include <cstdlib>
#include <fstream>

#include "core/base/error.h"
#include "core/base/sha256.h"
#include "plugins/medical/io/dicom_files.h"
#include "plugins/medical/io/header_check.h"

namespace warmstart::medical {
namespace {

constexpr int kReaderVersion =
    1;  // raised when reader or checks change: old verdicts no longer count

}  // namespace

Json to_json(const Verdict& verdict) {
  if (!verdict.good) return {{"good", false}, {"reason", verdict.reason}, {"hint", verdict.hint}};
  return {{"good", true},       {"size", verdict.grid.size}, {"affine", verdict.grid.affine},
          {"low", verdict.low}, {"high", verdict.high},      {"whole", verdict.whole}};
}

Verdict verdict_from_json(const Json& json) {
  Verdict verdict;
  verdict.good = json.at("good").get<bool>();
  if (!verdict.good) {
    verdict.reason = json.at("reason").get<std::string>();
    verdict.hint = json.at("hint").get<std::string>();
    return verdict;
  }
  verdict.grid.size = json.at("size").get<Size3>();
  verdict.grid.affine = json.at("affine").get<std::array<double, 12>>();
  verdict.low = json.at("low").get<double>();
  verdict.high = json.at("high").get<double>();
  verdict.whole = json.at("whole").get<bool>();
  return verdict;
}

std::string content_key(const Path& path) {
  Sha256 hash;
  if (std::filesystem::is_directory(path)) {
    for (const Path& file : dicom_files(path)) hash_file(hash, file);
    return hash.hex();
  }
  // The ending decides how the bytes are read, so it is part of what was judged.
  hash.update(std::to_string(static_cast<int>(format_of(path))) + path.extension().string());
  hash_file(hash, path);
  const VolumeHeader header = check_header(path);
  if (header.data_file != path) hash_file(hash, header.data_file);
  return hash.hex();
}

VerdictCache::VerdictCache(const Path& folder) : file_(folder / "volume-verdicts.jsonl") {
  std::filesystem::create_directories(folder);
  std::ifstream lines(file_);
  std::string line;
  while (std::getline(lines, line)) {
    const Json json = Json::parse(line, nullptr, false);
    if (json.is_discarded() || json.value("reader", 0) != kReaderVersion) continue;
    try {
      known_[json.at("key").get<std::string>()] = verdict_from_json(json);
    } catch (const Json::exception&) {
      continue;  // a torn or foreign line costs one more guarded read, nothing else
    }
  }
}

const Verdict* VerdictCache::find(const std::string& key) const {
  const auto found = known_.find(key);
  return found == known_.end() ? nullptr : &found->second;
}

void VerdictCache::add(const std::string& key, const Verdict& verdict) {
  Json line = to_json(verdict);
  line["key"] = key;
  line["reader"] = kReaderVersion;
  AppendFile file(file_);
  file.append(line.dump(-1, ' ', false, Json::error_handler_t::replace));
  file.flush();
  known_[key] = verdict;
}

Path cache_folder() {
  const auto variable = [](const char* name) {
    const char* value = std::getenv(name);
    return std::string(value ? value : "");
  };
  if (const std::string own = variable("WARMSTART_CACHE"); !own.empty()) return own;
  if (const std::string xdg = variable("XDG_CACHE_HOME"); !xdg.empty())
    return Path(xdg) / "warmstart";
  if (const std::string home = variable("HOME"); !home.empty()) {
    return Path(home) / ".cache" / "warmstart";
  }
  throw Error("no folder for the cache", "", "set WARMSTART_CACHE to a folder",
              ErrorKind::kMachine);
}

}  // namespace warmstart::medical
