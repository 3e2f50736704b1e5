// What people call a run, in captions and lists of several panels.
#pragma once
#include <QString>

namespace warmstart {

class Session;
struct RunRecord;

/// "scratch, seed 0" where the index knows the run, else its id.
QString runName(const Session& session, const QString& run);
QString runName(const RunRecord& record);
/// "scratch of organs": the same for runs of one arm that differ in their seed.
QString runGroup(const Session& session, const QString& run);

}  // namespace warmstart
