#include "core/base/file_guard.h"

#include <cstdlib>
#include <fstream>

#include "core/base/error.h"
#include "core/base/reader_stream.h"
#include "core/base/sha256.h"

namespace warmstart {

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

Json bad_verdict_line(const std::string& reason, const std::string& hint) {
  return {{"good", false}, {"reason", reason}, {"hint", hint}};
}

FileGuard::FileGuard(GuardSettings settings) : settings_(std::move(settings)) {
  if (settings_.cache.empty()) settings_.cache = cache_folder();
  load_known();
}

void FileGuard::load_known() {
  std::filesystem::create_directories(settings_.cache);
  std::ifstream lines(settings_.cache / settings_.verdicts);
  std::string line;
  while (std::getline(lines, line)) {
    const Json json = Json::parse(line, nullptr, false);
    // A torn or foreign line costs one more guarded read, nothing else.
    if (!json.is_object() || json.value("reader", 0) != settings_.version) continue;
    if (!json.contains("key") || !json["key"].is_string() || !json.contains("good")) continue;
    known_[json["key"].get<std::string>()] = json;
  }
}

void FileGuard::remember(const std::string& key, const Json& verdict) {
  Json line = verdict;
  line["key"] = key;
  line["reader"] = settings_.version;
  AppendFile file(settings_.cache / settings_.verdicts);
  file.append(line.dump(-1, ' ', false, Json::error_handler_t::replace));
  file.flush();
  known_[key] = verdict;
}

std::vector<Json> FileGuard::judge(const std::vector<Path>& files,
                                   const std::vector<std::string>& keys) {
  std::vector<Json> verdicts(files.size());
  std::vector<std::size_t> unknown;
  std::vector<Path> unknown_files;
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (const auto found = known_.find(keys[i]); found != known_.end()) {
      verdicts[i] = found->second;
      continue;
    }
    unknown.push_back(i);
    unknown_files.push_back(files[i]);
  }
  const std::vector<Json> fresh = read_guarded(unknown_files);
  for (std::size_t u = 0; u < unknown.size(); ++u) {
    verdicts[unknown[u]] = fresh[u];
    remember(keys[unknown[u]], fresh[u]);
  }
  return verdicts;
}

std::vector<Json> FileGuard::read_guarded(const std::vector<Path>& files) {
  std::vector<Json> verdicts;
  guarded_reads_ += static_cast<std::int64_t>(files.size());
  while (verdicts.size() < files.size()) {
    std::vector<std::string> arguments{std::to_string(settings_.cpu_seconds)};
    arguments.insert(arguments.end(), settings_.arguments.begin(), settings_.arguments.end());
    ReaderStream reader(settings_.reader, arguments);
    // The reader takes the whole list before it answers, so this cannot lock up on two full pipes.
    std::string list;
    for (std::size_t i = verdicts.size(); i < files.size(); ++i) list += files[i].string() + '\0';
    reader.send(list);  // where it died, the missing answer says so
    reader.end_input();
    while (verdicts.size() < files.size()) {
      const auto line = reader.next_line(settings_.wall_seconds);
      const Json json = line ? Json::parse(*line, nullptr, false) : Json();
      if (!json.is_object()) {  // it died over this file: judge it so and go on with the next
        verdicts.push_back(
            bad_verdict_line(reader.how_it_ended(), "the file is damaged or hostile"));
        break;
      }
      verdicts.push_back(json);
    }
  }
  return verdicts;
}

std::uint64_t guarded_bytes(const Path& file) {
  std::error_code code;
  const auto size = std::filesystem::file_size(file, code);
  return code ? 0 : size;
}

std::filesystem::file_time_type guarded_change(const Path& file) {
  std::error_code code;
  return std::filesystem::last_write_time(file, code);
}

void hash_guarded(Sha256& hash, const Path& file) {
  constexpr std::uint64_t kHashedWhole = std::uint64_t{64} << 20;
  const std::uint64_t bytes = guarded_bytes(file);
  if (bytes <= kHashedWhole) return hash_file(hash, file);
  std::ifstream stream(file, std::ios::binary);
  std::string ends(std::size_t{1} << 20, '\0');
  stream.read(ends.data(), static_cast<std::streamsize>(ends.size()));
  hash.update(ends);
  stream.seekg(-static_cast<std::streamoff>(ends.size()), std::ios::end);
  stream.read(ends.data(), static_cast<std::streamsize>(ends.size()));
  hash.update(ends);
  hash.update(std::to_string(bytes) + "/" +
              std::to_string(guarded_change(file).time_since_epoch().count()));
}

}  // namespace warmstart
