#include "app/gui/recent_workspaces.h"

#include <QFileInfo>

#include "app/gui/window_settings.h"

namespace warmstart {
namespace {

constexpr int kMostKept = 10;
const QString kKey = QStringLiteral("recent/workspaces");

}  // namespace

RecentWorkspaces::RecentWorkspaces(const QString& open, QWidget* parent)
    : QMenu(tr("&Recent workspaces"), parent), open_(QFileInfo(open).absoluteFilePath()) {
  setToolTipsVisible(true);
  QStringList list = folders();
  list.removeAll(open_);
  list.prepend(open_);
  WindowSettings().setValue(kKey, list.mid(0, kMostKept));
  connect(this, &QMenu::aboutToShow, this, &RecentWorkspaces::fill);
  fill();
}

QStringList RecentWorkspaces::folders() { return WindowSettings().value(kKey).toStringList(); }

void RecentWorkspaces::fill() {
  clear();
  for (const QString& folder : folders()) {
    if (folder == open_) continue;
    QAction* action = addAction(QString(folder).replace(QLatin1Char('&'), QLatin1String("&&")));
    const bool there = QFileInfo(folder).isDir();
    action->setEnabled(there);
    action->setToolTip(there ? tr("Open in a window of its own") : tr("This folder is gone"));
    connect(action, &QAction::triggered, this, [this, folder] { emit chosen(folder); });
  }
  if (isEmpty()) addAction(tr("No other workspace was open yet"))->setEnabled(false);
  addSeparator();
  connect(addAction(tr("&Clear the list")), &QAction::triggered, this,
          [this] { WindowSettings().setValue(kKey, QStringList{open_}); });
}

}  // namespace warmstart
