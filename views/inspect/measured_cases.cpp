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

/// In the place of a sample: a value of the whole data set. The core says it so (core/metrics).
constexpr const char* kWholeData = "all samples";

/// "hd95 (mm)", as the event's metric_info says.
QString titledMetric(const Json& measure, const QString& metric) {
  for (const Json& info : measure.value("metric_info", Json::array())) {
    if (textAt(info, "name") != metric) continue;
    const QString unit = textAt(info, "unit");
    return unit.isEmpty() ? metric : QStringLiteral("%1 (%2)").arg(metric, unit);
  }
  return metric;
}

/// They are measured one after the other, in the order of their data; `counts`: samples of each
/// data entry so far.
void addSample(MeasuredCases& cases, const QString& sample, const QString& data,
               QHash<QString, int>& counts) {
  const auto known = cases.samples.constFind(sample);
  if (known == cases.samples.constEnd() || known->data != data)
    cases.samples.insert(sample, {data, counts[data]++});
}

void addCase(MeasuredCases& cases, const Json& measure, const Json& item) {
  const QString part = textAt(item, "part"), metric = textAt(item, "metric");
  const QString sample = textAt(item, "sample");
  if (part.isEmpty() || metric.isEmpty()) return;
  const QString title = titledMetric(measure, metric);
  if (!cases.names.contains(title)) cases.names += title;
  const QString key = caseKey(sample, part);
  if (!cases.values.contains(key)) cases.cases.push_back({sample, part});
  std::vector<double>& values = cases.values[key];
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
  QHash<QString, int> counts;
  for (const Json& measure : log.measures) {
    if (textAt(measure, "stage") != stage) continue;
    const auto items = measure.find("cases");
    if (items == measure.end() || !items->is_array()) continue;
    for (const Json& item : *items) {
      const QString sample = textAt(item, "sample");
      if (sample == QLatin1String(kWholeData)) continue;
      addSample(cases, sample, textAt(measure, "on"), counts);
      addCase(cases, measure, item);
    }
  }
  return cases;
}

const MeasuredCases& MeasuredOfStage::of(const RunHistory& log, const QString& stage) {
  const std::pair now(stage, log.measures.size());
  if (std::exchange(known_, now) != now) cases_ = measuredCasesOf(log, stage);
  return cases_;
}

}  // namespace warmstart
