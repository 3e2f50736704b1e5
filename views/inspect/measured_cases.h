// What a stage's measurement found case by case, for the table of cases: the distances and scores
// that only the metrics know, beside what the captured masks say at every step.
#pragma once
#include <QHash>
#include <QString>
#include <QStringList>
#include <vector>

#include "core/run/run_history.h"

namespace warmstart {

struct MeasuredCases {
  QStringList names;  ///< of the metrics, with their unit: "hd95 (mm)"
  /// A value a metric (NaN where it is undefined), by caseKey().
  QHash<QString, std::vector<double>> values;
  bool operator==(const MeasuredCases&) const = default;
};

/// `part` is the class's name.
QString caseKey(const QString& sample, const QString& part);

/// Of the newest measurements of that stage; empty before there is one.
MeasuredCases measuredCasesOf(const RunHistory& log, const QString& stage);

}  // namespace warmstart
