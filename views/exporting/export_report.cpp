#include "views/exporting/export_report.h"

#include <QCoreApplication>
#include <algorithm>

#include "core/base/error.h"

namespace warmstart {
namespace {

constexpr const char* kReportEnd = ".report.json";

double reportNumber(const Json& json, const char* key) {
  const bool number = json.is_object() && json.contains(key) && json[key].is_number();
  return number ? json[key].get<double>() : 0;
}

QString shortNumber(double value) { return QString::number(value, 'g', 2); }

}  // namespace

double ExportedFile::largest() const {
  double largest = 0;
  for (const Difference& difference : differences) largest = std::max(largest, difference.absolute);
  return largest;
}

QString ExportedFile::verdict() const {
  return holds
             ? QCoreApplication::translate("Export", "agrees within %1").arg(shortNumber(tolerance))
             : QCoreApplication::translate("Export", "differs by %1, more than %2")
                   .arg(shortNumber(largest()), shortNumber(tolerance));
}

ExportedFile readExport(const Json& report, const Path& path) {
  ExportedFile file;
  file.path = path;
  file.card = path.string() + ".md";
  if (!report.is_object()) return file;
  if (report.contains("format") && report["format"].is_string())
    file.format = QString::fromStdString(report["format"].get<std::string>());
  file.bytes = reportNumber(report, "bytes");
  const Json verification = report.value("verification", Json::object());
  file.tolerance = reportNumber(verification, "tolerance");
  if (!verification.is_object() || !verification.contains("batches")) return file;
  for (const Json& batch : verification["batches"]) {
    file.differences.push_back({static_cast<qint64>(reportNumber(batch, "batch")),
                                reportNumber(batch, "largest_absolute"),
                                reportNumber(batch, "largest_relative")});
  }
  file.holds = !file.differences.empty() && verification.contains("holds") &&
               verification["holds"].is_boolean() && verification["holds"].get<bool>();
  return file;
}

std::vector<ExportedFile> listExports(const Path& folder) {
  std::vector<ExportedFile> files;
  std::error_code missing;
  for (const auto& entry : std::filesystem::directory_iterator(folder, missing)) {
    const std::string name = entry.path().string();
    if (!name.ends_with(kReportEnd)) continue;
    const Path model = name.substr(0, name.size() - std::string(kReportEnd).size());
    if (!std::filesystem::exists(model)) continue;
    try {
      files.push_back(
          readExport(Json::parse(read_file(entry.path(), 1 << 20), nullptr, false), model));
    } catch (const Error&) {
      continue;  // taken away while we looked
    }
  }
  std::sort(files.begin(), files.end(),
            [](const ExportedFile& a, const ExportedFile& b) { return a.path < b.path; });
  return files;
}

}  // namespace warmstart
