#include "views/inspect/class_names.h"

#include <QCoreApplication>

namespace warmstart {

QStringList classNamesOf(const RunHistory& log, const QString& stage) {
  QStringList names;
  for (const Json& measure : log.measures) {
    if (measure.value("stage", std::string()) != stage.toStdString()) continue;
    const auto cases = measure.find("cases");
    if (cases == measure.end() || !cases->is_array()) continue;
    for (const Json& one : *cases) {
      const auto part = one.find("part");
      if (part == one.end() || !part->is_string()) continue;
      const QString name = QString::fromStdString(part->get<std::string>());
      if (!name.isEmpty() && !names.contains(name)) names += name;
    }
  }
  if (!names.isEmpty())
    names.prepend(QCoreApplication::translate("warmstart::SegmentationView", "background"));
  return names;
}

}  // namespace warmstart
