// When waiting jobs will start, as far as it can be known: the runner's rule (core/run/runner.cpp)
// played forward from what the running jobs say of themselves. Pure; called by the queue panel.
#pragma once
#include <QHash>
#include <optional>

#include "views/queue/queue_model.h"

namespace warmstart {

/// Seconds from now for each waiting job, by its id; none = not known, since it waits for the end
/// of a job that has not said how fast it is. A job that waits is taken to last as long as one of
/// the same recipe, arm and profile that runs or is done. `live`: by run.
QHash<qint64, std::optional<double>> startEstimates(const Index& index,
                                                    const QHash<QString, LiveProgress>& live);

}  // namespace warmstart
