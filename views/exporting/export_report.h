// What the exporter wrote about a file: the differences from the source model that it measured.
// Read from the answer of `warmstart export --json` or from a FILE.report.json. Plain values.
#pragma once
#include <QString>
#include <vector>

#include "core/base/files.h"
#include "core/base/json.h"

namespace warmstart {

struct ExportedFile {
  struct Difference {
    qint64 batch = 0;
    double absolute = 0, relative = 0;
  };
  Path path, card;  ///< the model and its card beside it
  QString format;
  double bytes = 0, tolerance = 0;
  bool holds = false;
  std::vector<Difference> differences;
  QString name() const { return QString::fromStdString(path.filename().string()); }
  double largest() const;  ///< absolute difference over all batches
  /// "agrees within 1e-04" or "differs by 0.02, more than 1e-04".
  QString verdict() const;
};

/// `path` is where the model lies: a report names its file alone. Damaged reports give no verdict
/// that holds.
ExportedFile readExport(const Json& report, const Path& path);
/// Every export with a report in a run's exports folder, by name.
std::vector<ExportedFile> listExports(const Path& folder);

}  // namespace warmstart
