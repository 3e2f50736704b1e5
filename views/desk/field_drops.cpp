#include "views/desk/field_drops.h"

#include <QApplication>
#include <QDropEvent>
#include <QFileInfo>
#include <QLineEdit>
#include <QMimeData>
#include <QUrl>
#include <algorithm>

namespace warmstart {
namespace {

constexpr const char* kWantedPath = "wantedPath";

bool wantsPath(const QLineEdit& line, const QString& path) {
  if (path.isEmpty() || line.isReadOnly()) return false;
  switch (static_cast<WantedPath>(line.property(kWantedPath).toInt())) {
    case WantedPath::kAny:
      return true;
    case WantedPath::kFolder:
      return QFileInfo(path).isDir();
    case WantedPath::kNone:
      return false;
  }
  return false;
}

/// As if the user had typed it and gone on.
void enterPath(QLineEdit& line, const QString& path) {
  line.selectAll();
  line.insert(path);
  emit line.editingFinished();  // last: a form may be made anew, and the line goes
}

}  // namespace

void setWantedPath(QLineEdit& line, WantedPath wanted) {
  line.setProperty(kWantedPath, static_cast<int>(wanted));
}

FieldDrops::FieldDrops(QObject* parent) : QObject(parent) { qApp->installEventFilter(this); }

bool FieldDrops::eventFilter(QObject* watched, QEvent* event) {
  const QEvent::Type type = event->type();
  if (type != QEvent::DragEnter && type != QEvent::DragMove && type != QEvent::Drop) return false;
  auto* line = qobject_cast<QLineEdit*>(watched);
  if (!line) return false;
  auto* drop = static_cast<QDropEvent*>(event);  // the other two are such events too
  const QList<QUrl> urls = drop->mimeData()->urls();
  if (std::none_of(urls.begin(), urls.end(), [](const QUrl& url) { return url.isLocalFile(); }))
    return false;
  const QString path = urls.size() == 1 ? urls.first().toLocalFile() : QString();
  if (!wantsPath(*line, path)) {
    drop->ignore();
    return true;
  }
  drop->setDropAction(Qt::CopyAction);
  drop->accept();
  if (type == QEvent::Drop) enterPath(*line, path);
  return true;
}

}  // namespace warmstart
