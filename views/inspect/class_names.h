// Names of the classes of a stage, for captures that do not carry them. Used by the Inspect panel.
#pragma once
#include <QStringList>

#include "core/run/run_history.h"

namespace warmstart {

/// From the parts that the stage's own measurement lists per case, in their order, with the
/// background first; empty when the stage was not measured by part. Another stage's names would
/// name other classes.
QStringList classNamesOf(const RunHistory& log, const QString& stage);

}  // namespace warmstart
