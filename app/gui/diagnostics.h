// What helps to find a fault, as one text: versions, screens, the program's own look at the
// machine, the runner's last lines, and what was reported. No data and no recipes; names of runs
// occur. The home folder is written as ~.
#pragma once
#include <QString>
#include <vector>

#include "views/desk/notices.h"
#include "views/desk/session.h"

namespace warmstart {

/// `doctor`: what `warmstart doctor` printed.
QString diagnosticsText(const Session& session, const QString& doctor,
                        const std::vector<Notice>& notices);

}  // namespace warmstart
