#include "core/run/run_folder.h"

#include <chrono>
#include <fstream>

#include "core/base/error.h"

namespace warmstart {
namespace {

double event_clock() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

/// For intervals: does not jump when the clock is set.
double flush_clock() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

void refuse_odd_id(const Path& runs, const std::string& id) {
  if (id.empty() || id.front() == '.' || id.find('/') != std::string::npos ||
      id.find('\0') != std::string::npos) {
    throw Error("'" + id + "' cannot name a run", runs.string(),
                "use letters, digits, '-' and '_'");
  }
}

/// What a killed writer of this run left half written.
void remove_run_leavings(const Path& root) {
  std::vector<Path> folders{root, root / "checkpoints", root / "exports", root / "captures"};
  std::error_code code;
  std::filesystem::directory_iterator entry(root / "captures", code);
  for (; !code && entry != std::filesystem::directory_iterator(); entry.increment(code)) {
    if (entry->is_directory(code)) folders.push_back(entry->path());
  }
  for (const Path& folder : folders) remove_stale_temporaries(folder);
}

}  // namespace

RunFolder RunFolder::create(const Path& runs, const std::string& id) {
  refuse_odd_id(runs, id);
  const RunFolder folder{runs / id};
  std::error_code code;
  const bool existed = std::filesystem::exists(folder.root, code);
  if (existed && !std::filesystem::is_empty(folder.root, code)) {
    throw Error("the run folder exists already", folder.root.string(), "use another name",
                ErrorKind::kMachine);
  }
  try {
    for (const Path& path : {folder.checkpoints(), folder.captures(), folder.exports()})
      create_folders(path);
  } catch (const Error&) {
    // Only what is still empty: nothing was written yet, unless by another.
    for (const Path& path : {folder.checkpoints(), folder.captures(), folder.exports()})
      std::filesystem::remove(path, code);
    if (!existed) std::filesystem::remove(folder.root, code);
    throw;
  }
  return folder;
}

RunFolder RunFolder::open(const Path& root) {
  RunFolder folder{std::filesystem::absolute(root).lexically_normal()};
  if (!folder.root.has_filename())
    folder.root = folder.root.parent_path();  // "runs/x/" names the same run
  std::error_code code;
  if (!std::filesystem::is_regular_file(folder.recipe(), code)) {
    throw Error("not a run folder (it has no recipe.yaml)", folder.root.string(),
                "`warmstart runs` lists the runs");
  }
  return folder;
}

EventWriter::EventWriter(const Path& file) : file_(file), last_flush_(flush_clock()) {
  remove_run_leavings(file.parent_path());
}

void EventWriter::write(const std::string& kind, Json fields, bool important) {
  Json line{{"event", kind}, {"time", event_clock()}};
  for (auto& [key, value] : fields.items()) line.emplace(key, std::move(value));  // ours stay
  file_.append(line.dump(-1, ' ', false, Json::error_handler_t::replace));
  if (important || flush_clock() - last_flush_ > 1.0) {
    file_.flush(important);
    last_flush_ = flush_clock();
  }
}

void EventWriter::flush() {
  file_.flush();
  last_flush_ = flush_clock();
}

EventReader::EventReader(Path file) : file_(std::move(file)) {}

std::vector<Json> EventReader::poll() {
  std::vector<Json> events;
  std::error_code missing;
  const std::uintmax_t size = std::filesystem::file_size(file_, missing);
  if (missing || size <= offset_) return events;
  std::ifstream stream(file_, std::ios::binary);
  stream.seekg(static_cast<std::streamoff>(offset_));
  std::string fresh(size - offset_, '\0');
  stream.read(fresh.data(), static_cast<std::streamsize>(fresh.size()));
  fresh.resize(static_cast<std::size_t>(stream.gcount()));
  offset_ += fresh.size();
  partial_ += fresh;
  std::size_t start = 0;
  for (std::size_t end; (end = partial_.find('\n', start)) != std::string::npos; start = end + 1) {
    if (end == start) continue;
    Json event = Json::parse(partial_.begin() + static_cast<std::ptrdiff_t>(start),
                             partial_.begin() + static_cast<std::ptrdiff_t>(end), nullptr, false);
    if (event.is_object()) {
      events.push_back(std::move(event));
    } else {
      ++garbage_;
    }
  }
  partial_.erase(0, start);
  return events;
}

void send_control(const RunFolder& folder, const Json& command) {
  AppendFile file(folder.control());
  file.append(command.dump());
  file.flush();
}

}  // namespace warmstart
