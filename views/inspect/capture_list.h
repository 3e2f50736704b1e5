// Which captures a run has: what its event log names, and what lies in its folder (a copied run may
// have lost its log). Used by the Inspect panel; no state.
#pragma once
#include <vector>

#include "core/run/run_history.h"
#include "views/inspect/capture.h"

namespace warmstart {

/// Steps one after another; a step has its captures in alphabetical order.
using CaptureEntries = std::vector<CaptureEntry>;

/// From the "capture" events of a log. `folder` is the run's.
CaptureEntries capturesOfLog(const RunHistory& log, const Path& folder);
/// By looking into captures/. Reads directories: not on the GUI thread.
CaptureEntries capturesOfFolder(const Path& folder);
/// Both, each file once; the stage comes from whoever knows it.
CaptureEntries joinedCaptures(CaptureEntries first, const CaptureEntries& second);

/// A stretch of training under one stage name, [begin, end).
struct StageBand {
  QString name;
  qint64 begin = 0, end = 0;
  bool operator==(const StageBand&) const = default;
};
/// The stages that the log has begun; the last one reaches to the end of the budget.
std::vector<StageBand> stageBands(const RunHistory& log);

}  // namespace warmstart
