#include "views/runs/lineage.h"

#include <QDir>

#include "core/base/error.h"

namespace warmstart {
namespace {

constexpr std::size_t kMostReportBytes = std::size_t{16} << 20;

std::vector<LineageFile> filesIn(const Path& path, const char* pattern) {
  std::vector<LineageFile> files;
  const QDir dir(QString::fromStdString(path.string()), QString::fromLatin1(pattern),
                 QDir::Time | QDir::Reversed, QDir::Files);
  for (const QFileInfo& info : dir.entryInfoList()) files.push_back({info.fileName(), info.size()});
  return files;
}

Json reportOf(const Path& file) {
  try {
    return Json::parse(read_file(file.string() + ".report.json", kMostReportBytes), nullptr, false);
  } catch (const Error&) {
    return {};  // a file that somebody put there
  }
}

QString lineageWord(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string()
             ? QString::fromStdString(found->get<std::string>())
             : QString();
}

qint64 lineageStep(const Json& object) {
  const auto found = object.find("global_step");
  return found != object.end() && found->is_number_integer() ? found->get<qint64>() : -1;
}

LineageExport exportOf(const Path& folder, const LineageFile& file) {
  LineageExport made{.file = file, .checkpoint = {}, .stage = {}, .step = -1, .note = {}};
  const Json report = reportOf(folder / file.name.toStdString());
  made.reported = report.is_object() && report.contains("metadata");
  if (!made.reported) return made;
  const Json& metadata = report["metadata"];
  made.note = lineageWord(metadata, "checkpoint").section(QLatin1Char(';'), 0, 0);
  const auto weights = metadata.find("weights");
  if (weights == metadata.end()) return made;
  made.checkpoint = lineageWord(*weights, "file");
  made.stage = lineageWord(*weights, "stage");
  made.step = lineageStep(*weights);
  return made;
}

QString stageOfStep(const RunHistory& log, qint64 step) {
  QString stage;
  for (const Json& event : log.stages) {
    if (stage.isEmpty() || lineageStep(event) < step) stage = lineageWord(event, "stage");
  }
  return stage;
}

}  // namespace

LineageFiles lineageFiles(const RunFolder& folder) {
  LineageFiles files;
  files.checkpoints = filesIn(folder.checkpoints(), "*.ckpt");
  for (const LineageFile& file : filesIn(folder.exports(), "*")) {
    if (file.name.endsWith(QLatin1String(".report.json")) ||
        file.name.endsWith(QLatin1String(".md")))
      continue;
    files.exports.push_back(exportOf(folder.exports(), file));
  }
  return files;
}

CheckpointPlace placeOfCheckpoint(const RunHistory& log, const QString& file) {
  const QString path = QStringLiteral("checkpoints/") + file;
  for (auto event = log.checkpoints.rbegin(); event != log.checkpoints.rend(); ++event) {
    if (lineageWord(*event, "file") == path)
      return {lineageWord(*event, "stage"), lineageStep(*event)};
  }
  const QString stem = file.chopped(file.endsWith(QLatin1String(".ckpt")) ? 5 : 0);
  if (stem.startsWith(QLatin1String("stage-"))) return {stem.mid(6), -1};
  bool number = false;
  const qint64 step = stem.startsWith(QLatin1String("step-")) ? stem.mid(5).toLongLong(&number) : 0;
  return number ? CheckpointPlace{stageOfStep(log, step), step} : CheckpointPlace{};
}

}  // namespace warmstart
