// What a stage's measurement found case by case, for the table of cases: the distances and scores
// that only the metrics know, beside what the captured masks say at every step.
#pragma once
#include <QHash>
#include <QString>
#include <QStringList>
#include <vector>

#include "core/run/run_history.h"

namespace warmstart {

struct MeasuredCase {
  QString sample, part;  ///< part: the class's name
  bool operator==(const MeasuredCase&) const = default;
};
struct MeasuredSample {
  QString data;    ///< the entry that was measured: "test"
  int number = 0;  ///< its place there, from 0
  bool operator==(const MeasuredSample&) const = default;
};

struct MeasuredCases {
  QStringList names;                       ///< of the metrics, with their unit: "hd95 (mm)"
  std::vector<MeasuredCase> cases;         ///< in the order of the data
  QHash<QString, MeasuredSample> samples;  ///< by their names
  /// A value a metric (NaN where it is undefined), by caseKey().
  QHash<QString, std::vector<double>> values;
  bool operator==(const MeasuredCases&) const = default;
};

QString caseKey(const QString& sample, const QString& part);

/// Of the newest measurements of that stage; empty before there is one.
MeasuredCases measuredCasesOf(const RunHistory& log, const QString& stage);

/// The newest of a stage, read anew only when more was measured. GUI thread.
class MeasuredOfStage {
 public:
  const MeasuredCases& of(const RunHistory& log, const QString& stage);
  void clear() { *this = {}; }

 private:
  std::pair<QString, std::size_t> known_;  ///< stage, and measures of the run by then
  MeasuredCases cases_;
};

}  // namespace warmstart
