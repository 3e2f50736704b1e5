#include "views/inspect/capture_list.h"

#include <algorithm>
#include <charconv>
#include <map>

namespace warmstart {
namespace {

constexpr const char* kSuffix = ".safetensors";

QString eventText(const Json& event, const char* key) {
  const auto found = event.find(key);
  if (found == event.end() || !found->is_string()) return {};
  return QString::fromStdString(found->get<std::string>());
}

qint64 eventNumber(const Json& event, const char* key, qint64 otherwise) {
  const auto found = event.find(key);
  return found != event.end() && found->is_number() ? found->get<qint64>() : otherwise;
}

bool stepOf(const std::string& name, qint64& step) {
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), step);
  return error == std::errc() && end == name.data() + name.size() && step >= 0;
}

// A log is a stranger's text too: its file names may not lead out of the run.
bool staysInside(const QString& file) {
  return file.startsWith(QLatin1String("captures/")) && !file.contains(QLatin1String(".."));
}

}  // namespace

CaptureEntries capturesOfLog(const RunHistory& log, const Path& folder) {
  CaptureEntries entries;
  for (const Json& event : log.captures) {
    const QString file = eventText(event, "file");
    if (!staysInside(file)) continue;
    // Runs of before captures had names of their own know the inspector alone.
    const QString name = eventText(event, "name");
    entries.push_back({.step = eventNumber(event, "global_step", 0),
                       .name = name.isEmpty() ? eventText(event, "inspector") : name,
                       .stage = eventText(event, "stage"),
                       .file = folder / file.toStdString(),
                       .placed = event.value("placed", Json()) == Json(true)});
  }
  return entries;
}

CaptureEntries capturesOfFolder(const Path& folder) {
  CaptureEntries entries;
  std::error_code failed;
  for (const auto& step : std::filesystem::directory_iterator(folder / "captures", failed)) {
    qint64 number = 0;
    if (!stepOf(step.path().filename().string(), number)) continue;
    for (const auto& file : std::filesystem::directory_iterator(step.path(), failed)) {
      if (file.path().extension() != kSuffix) continue;
      entries.push_back({.step = number,
                         .name = QString::fromStdString(file.path().stem().string()),
                         .file = file.path()});
    }
  }
  return entries;
}

CaptureEntries joinedCaptures(CaptureEntries first, const CaptureEntries& second) {
  std::map<std::pair<qint64, QString>, CaptureEntry> all;
  first.insert(first.end(), second.begin(), second.end());
  for (CaptureEntry& entry : first) {
    CaptureEntry& known = all[{entry.step, entry.name}];
    if (known.file.empty() || known.stage.isEmpty()) known = std::move(entry);
  }
  CaptureEntries entries;
  for (auto& [key, entry] : all) entries.push_back(std::move(entry));
  return entries;
}

std::vector<StageBand> stageBands(const RunHistory& log) {
  std::vector<StageBand> bands;
  for (const Json& event : log.stages) {
    const qint64 begin = eventNumber(event, "global_step", 0);
    if (!bands.empty()) bands.back().end = begin;
    bands.push_back({.name = eventText(event, "stage"),
                     .begin = begin,
                     .end = begin + eventNumber(event, "steps", 0)});
  }
  return bands;
}

}  // namespace warmstart
