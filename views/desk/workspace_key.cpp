#include "views/desk/workspace_key.h"

#include <QCryptographicHash>

namespace warmstart {

QString canonicalPath(const Path& workspace) {
  std::error_code none;
  const Path whole = std::filesystem::weakly_canonical(workspace, none);
  return QString::fromStdString((none ? workspace : whole).string());
}

QString workspaceKey(const Path& workspace) {
  const QByteArray path = canonicalPath(workspace).toUtf8();
  const QByteArray hash = QCryptographicHash::hash(path, QCryptographicHash::Sha256).toHex();
  return QString::fromLatin1(hash.first(20));
}

}  // namespace warmstart
