#include "plugins/medical/io/verdict.h"

#include "core/base/error.h"
#include "core/base/file_guard.h"
#include "core/base/sha256.h"
#include "plugins/medical/io/dicom_files.h"
#include "plugins/medical/io/header_check.h"

namespace warmstart::medical {
Json to_json(const Verdict& verdict) {
  if (!verdict.good) return bad_verdict_line(verdict.reason, verdict.hint);
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

}  // namespace warmstart::medical
