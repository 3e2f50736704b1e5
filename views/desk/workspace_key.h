// How settings, drafts and sockets that belong to one workspace are told apart from another's.
#pragma once
#include <QString>

#include "core/base/files.h"

namespace warmstart {

/// Without links, "..", or a relative beginning, as far as the path exists.
QString canonicalPath(const Path& workspace);
/// A short name of the canonical path (20 hexadecimal digits): the path itself may be too long for
/// the name of a file or a socket.
QString workspaceKey(const Path& workspace);

}  // namespace warmstart
