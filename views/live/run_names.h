// What a run is called in the Live panel, from the workspace's index.
#pragma once
#include <QString>

namespace warmstart {
class Session;
}

namespace warmstart::live {

/// "scratch, seed 0" where the index knows the run, else its id.
QString runName(const Session& session, const QString& run);
/// "scratch of organs": the same for runs of one arm that differ in their seed.
QString runGroup(const Session& session, const QString& run);

}  // namespace warmstart::live
