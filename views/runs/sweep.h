// A metric against a setting: which settings differ between measured values, and the lines that
// the values make along one of them. Pure; called by the sweep view on a thread of its own.
#pragma once
#include <QByteArray>
#include <cstdint>
#include <optional>
#include <vector>

#include "views/runs/run_settings.h"

namespace warmstart {

/// One measured value and what stands behind it.
struct SweepSample {
  std::string run, recipe, arm, data;
  std::int64_t seed = 0;
  double value = 0;
  RunSettings settings;
};

struct SweepPoint {
  double x = 0, mean = 0;
  double deviation = 0;                     ///< sample standard deviation (n - 1); 0 for one alone
  std::vector<const SweepSample*> samples;  ///< by their seeds
};

/// What differs in its seed alone is one point; points that differ in the setting alone, one line.
struct SweepLine {
  QString name;
  std::vector<SweepPoint> points;  ///< x ascends
  bool level = false;              ///< has no such setting: one point, whose x says nothing
};

/// The keys of settings that are numbers and differ: of several data that were measured on before
/// those of data that was learned from before others, and more values before fewer.
std::vector<std::string> sweptSettings(const std::vector<SweepSample>& samples);

/// The lines along a setting. Numbers that change with it and never without it (widths of other
/// levels, a budget that follows the data) do not part a line; all other settings do. `samples`
/// outlive the lines. The longest come first, levels last.
std::vector<SweepLine> sweepLines(const std::vector<SweepSample>& samples, const std::string& key);

/// "line,run,recipe,arm,seed,data,<setting>,<metric>" lines for other programs: every value, full
/// digits, decimal points.
QByteArray sweepCsv(const std::vector<SweepLine>& lines, const std::string& key,
                    const std::string& metric);

/// The setting as a number; none where it is absent or a word.
std::optional<double> numberOf(const RunSettings& settings, const std::string& key);

}  // namespace warmstart
