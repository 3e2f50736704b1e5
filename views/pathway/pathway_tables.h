// What the Pathway view shows, as tables of comma-separated values: C locale, all digits, undefined
// numbers left empty.
#pragma once
#include <QByteArray>

#include "core/pathway/grokking_timeline.h"
#include "views/pathway/pathway_map.h"

namespace warmstart {

/// A line a recorded step: the step and every series of the timeline.
QByteArray courseCsv(const GrokkingTimeline& timeline);
/// A line a metric: Pearson's r and p, Spearman's rho and p, n.
QByteArray correlationsCsv(const std::vector<CorrelationRow>& rows);
/// A line a sample: its group, pathway, complexity in both forms, loss, step of memorization (empty
/// = never, or `memorized` is nullptr).
QByteArray samplesCsv(const PathwayScene& scene, const SampleCoursePtr& memorized);
/// A line and a column a group: their mean distances.
QByteArray groupsCsv(const GroupDistances& between);

}  // namespace warmstart
