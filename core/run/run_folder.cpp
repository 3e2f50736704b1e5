#include "core/run/run_folder.h"

#include <chrono>
#include <fstream>

#include "core/base/error.h"

namespace warmstart {
namespace {

double event_clock() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

}  // namespace

RunFolder RunFolder::create(const Path& runs, const std::string& id) {
  RunFolder folder{runs / id};
  std::error_code code;
  if (std::filesystem::exists(folder.root, code) && !std::filesystem::is_empty(folder.root, code)) {
    throw Error("the run folder exists already", folder.root.string(), "use another name", ErrorKind::kMachine);
  }
  for (const Path& path : {folder.root, folder.checkpoints(), folder.captures(), folder.exports()}) {
    std::filesystem::create_directories(path, code);
    if (code) throw Error("cannot create: " + code.message(), path.string(), "check space and permissions", ErrorKind::kMachine);
  }
  return folder;
}

RunFolder RunFolder::open(const Path& root) {
  const RunFolder folder{std::filesystem::absolute(root).lexically_normal()};
  if (!std::filesystem::exists(folder.recipe())) {
    throw Error("not a run folder (it has no recipe.yaml)", folder.root.string(), "`warmstart runs` lists the runs");
  }
  return folder;
}

EventWriter::EventWriter(const Path& file) : file_(file), last_flush_(event_clock()) {}

void EventWriter::write(const std::string& kind, Json fields, bool important) {
  const double now = event_clock();
  Json line{{"event", kind}, {"time", now}};
  line.update(fields);
  file_.append(line.dump(-1, ' ', false, Json::error_handler_t::replace));
  if (important || now - last_flush_ > 1.0) {
    file_.flush(important);
    last_flush_ = now;
  }
}

void EventWriter::flush() {
  file_.flush();
  last_flush_ = event_clock();
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
