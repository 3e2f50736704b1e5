#include "views/pathway/heat_contents.h"

#include <cmath>

namespace warmstart {
namespace {

constexpr int kNamedRows = 16;  // more of them have no room for their names

}  // namespace

HeatMap::Content pairHeat(const PathwayScenePtr& scene) {
  const StepPathways& step = scene->step;
  const int count = static_cast<int>(step.order.size());
  HeatMap::Content content{.rows = count, .columns = count};
  content.square = true;
  content.row_title = content.column_title = HeatMap::tr("Samples by group");
  for (const std::size_t i : step.order) {
    for (const std::size_t j : step.order)
      content.values.push_back(step.matrix[i * step.order.size() + j]);
  }
  for (int i = 1; i < count; ++i) {
    const auto at = static_cast<std::size_t>(i);
    if (step.groups[step.order[at]] != step.groups[step.order[at - 1]])
      content.borders.push_back(i);
  }
  content.describe = [scene](int row, int column) {
    const auto& order = scene->step.order;
    const std::size_t i = order[static_cast<std::size_t>(row)];
    const std::size_t j = order[static_cast<std::size_t>(column)];
    return HeatMap::tr("%1 and %2: distance %3")
        .arg(QString::fromStdString(scene->record.samples[i]),
             QString::fromStdString(scene->record.samples[j]))
        .arg(static_cast<double>(scene->step.matrix[i * order.size() + j]), 0, 'f', 3);
  };
  return content;
}

HeatMap::Content groupHeat(const PathwayScenePtr& scene, const QString& what) {
  const GroupDistances& between = scene->step.between;
  const int count = static_cast<int>(between.names.size());
  HeatMap::Content content{.rows = count, .columns = count};
  content.square = true;
  content.write_values = true;
  content.row_title = what;
  content.column_title = HeatMap::tr("Mean distance by %1").arg(what);
  for (const double each : between.mean) content.values.push_back(static_cast<float>(each));
  for (int row = 0; count <= kNamedRows && row < count; ++row)
    content.row_names += QString::number(between.names[static_cast<std::size_t>(row)]);
  content.describe = [scene, what](int row, int column) {
    const GroupDistances& means = scene->step.between;
    const auto i = static_cast<std::size_t>(row), j = static_cast<std::size_t>(column);
    const double value = means.mean[i * means.names.size() + j];
    const QString pair =
        QStringLiteral("%1 %2, %1 %3").arg(what).arg(means.names[i]).arg(means.names[j]);
    if (std::isnan(value)) return HeatMap::tr("%1: one sample, no pair").arg(pair);
    return HeatMap::tr("%1: mean distance %2").arg(pair).arg(value, 0, 'f', 3);
  };
  return content;
}

HeatMap::Content layerHeat(const std::shared_ptr<const PathwayCourse>& course) {
  const GrokkingTimeline& timeline = course->timeline;
  HeatMap::Content content{.rows = static_cast<int>(timeline.layers.size()),
                           .columns = static_cast<int>(timeline.step.size())};
  if (content.rows == 0) return content;
  content.row_title = HeatMap::tr("Layer");
  for (int row = 0; content.rows <= kNamedRows && row < content.rows; ++row)
    content.row_names += QString::number(row + 1);
  content.column_title =
      HeatMap::tr("Step %L1 to %L2").arg(timeline.step.front()).arg(timeline.step.back());
  for (const std::vector<double>& layer : timeline.layers)
    content.values.insert(content.values.end(), layer.begin(), layer.end());
  content.describe = [course](int row, int column) {
    const auto layer = static_cast<std::size_t>(row), step = static_cast<std::size_t>(column);
    return HeatMap::tr("Layer %1, step %L2: distance %3")
        .arg(row + 1)
        .arg(course->timeline.step[step])
        .arg(course->timeline.layers[layer][step], 0, 'f', 3);
  };
  return content;
}

}  // namespace warmstart
