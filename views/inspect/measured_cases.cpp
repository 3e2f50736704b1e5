#include "views/inspect/measured_cases.h"

#include <cmath>

namespace warmstart {
namespace {

QString textAt(const Json& item, const char* key) {
  const auto found = item.find(key);
  return found != item.end() && found->is_string()
             ? QString::fromStdString(found->get<std::string>())
             : QString();
}

/// "hd95 (mm)", as the event's metric_info says.
QString titledMetric(const Json& measure, const QString& metric) {
  for (const Json& info : measure.value("metric_info", Json::array())) {
    if (textAt(info, "name") != metric) continue;
    const QString unit = textAt(info, "unit");
    return unit.isEmpty() ? metric : QStringLiteral("%1 (%2)").arg(metric, unit);
  }
  return metric;
}

void addCase(MeasuredCases& cases, const Json& measure, const Json& item) {
  const QString part = textAt(item, "part"), metric = textAt(item, "metric");
  if (part.isEmpty() || metric.isEmpty()) return;
  const QString title = titledMetric(measure, metric);
  if (!cases.names.contains(title)) cases.names += title;
  std::vector<double>& values = cases.values[caseKey(textAt(item, "sample"), part)];
  const auto at = static_cast<std::size_t>(cases.names.indexOf(title));
  if (values.size() <= at) values.resize(at + 1, std::nan(""));
  const auto value = item.find("value");
  values[at] = value != item.end() && value->is_number() ? value->get<double>() : std::nan("");
}

}  // namespace

QString caseKey(const QString& sample, const QString& part) {
  return sample + QLatin1Char('\n') + part;
}

MeasuredCases measuredCasesOf(const RunHistory& log, const QString& stage) {
  MeasuredCases cases;
  for (const Json& measure : log.measures) {
    if (textAt(measure, "stage") != stage) continue;
    const auto items = measure.find("cases");
    if (items == measure.end() || !items->is_array()) continue;
    for (const Json& item : *items) addCase(cases, measure, item);
  }
  return cases;
}

}  // namespace warmstart
