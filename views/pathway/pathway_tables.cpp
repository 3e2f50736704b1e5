#include "views/pathway/pathway_tables.h"

#include <cmath>

#include "views/inspect/matrix.h"

namespace warmstart {
namespace {

QByteArray numberField(double value) {
  return std::isnan(value) ? QByteArray() : QByteArray::number(value, 'g', 17);
}

}  // namespace

QByteArray courseCsv(const GrokkingTimeline& timeline) {
  if (timeline.step.empty()) return {};
  QByteArray csv = "step";
  for (const auto& [name, values] : timeline.series)
    csv += ',' + csvField(QString::fromStdString(name));
  csv += '\n';
  for (std::size_t i = 0; i < timeline.step.size(); ++i) {
    csv += numberField(timeline.step[i]);
    for (const auto& [name, values] : timeline.series) csv += ',' + numberField(values[i]);
    csv += '\n';
  }
  return csv;
}

QByteArray correlationsCsv(const std::vector<CorrelationRow>& rows) {
  if (rows.empty()) return {};
  QByteArray csv = "metric,pearson r,pearson p,spearman rho,spearman p,n\n";
  for (const CorrelationRow& row : rows) {
    csv += csvField(QString::fromStdString(row.metric));
    for (const Correlation& each : {row.pearson, row.spearman})
      csv += ',' + numberField(each.r) + ',' + numberField(each.p);
    csv += ',' + QByteArray::number(static_cast<qlonglong>(row.pearson.n)) + '\n';
  }
  return csv;
}

QByteArray samplesCsv(const PathwayScene& scene, const SampleCoursePtr& memorized) {
  QByteArray csv = "sample,group,pathway,complexity,complexity_plain,loss (nats),memorized_at\n";
  for (std::size_t i = 0; i < scene.record.samples.size(); ++i) {
    csv += csvField(QString::fromStdString(scene.record.samples[i])) + ',' +
           QByteArray::number(static_cast<qlonglong>(scene.step.groups[i])) + ',' +
           csvField(QString::fromStdString(scene.step.texts[i])) + ',' +
           numberField(scene.step.complexity[i]) + ',' + numberField(scene.step.plain[i]) + ',' +
           numberField(scene.record.loss[i]) + ',';
    if (memorized && memorized->memorized_at[i] >= 0)
      csv += QByteArray::number(static_cast<qlonglong>(memorized->memorized_at[i]));
    csv += '\n';
  }
  return csv;
}

QByteArray groupsCsv(const GroupDistances& between) {
  QByteArray csv = "group";
  for (const std::int64_t name : between.names)
    csv += ',' + QByteArray::number(static_cast<qlonglong>(name));
  csv += '\n';
  for (std::size_t i = 0; i < between.names.size(); ++i) {
    csv += QByteArray::number(static_cast<qlonglong>(between.names[i]));
    for (std::size_t j = 0; j < between.names.size(); ++j)
      csv += ',' + numberField(between.mean[i * between.names.size() + j]);
    csv += '\n';
  }
  return csv;
}

}  // namespace warmstart
