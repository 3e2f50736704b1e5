#include "app/gui/layouts.h"

#include <QInputDialog>
#include <QMainWindow>

#include "app/gui/window_settings.h"

namespace warmstart {
namespace {

const QString kGroup = QStringLiteral("layouts");

// A name is any text; a key of the settings is not.
QString layoutKey(const QString& name) {
  return kGroup + QLatin1Char('/') + QString::fromLatin1(name.toUtf8().toHex());
}

}  // namespace

Layouts::Layouts(QMainWindow* window, int version)
    : QMenu(tr("La&youts"), window), window_(window), version_(version) {
  connect(this, &QMenu::aboutToShow, this, &Layouts::fill);
  fill();
}

QStringList Layouts::names() {
  WindowSettings settings;
  settings.beginGroup(kGroup);
  QStringList names;
  for (const QString& key : settings.childKeys())
    names << QString::fromUtf8(QByteArray::fromHex(key.toLatin1()));
  names.sort(Qt::CaseInsensitive);
  return names;
}

void Layouts::save(const QString& name) {
  WindowSettings().setValue(layoutKey(name), window_->saveState(version_));
}

bool Layouts::apply(const QString& name) {
  return window_->restoreState(WindowSettings().value(layoutKey(name)).toByteArray(), version_);
}

void Layouts::remove(const QString& name) { WindowSettings().remove(layoutKey(name)); }

void Layouts::fill() {
  clear();
  QMenu* remove_menu = nullptr;
  for (const QString& name : names()) {
    const QString text = QString(name).replace(QLatin1Char('&'), QLatin1String("&&"));
    connect(addAction(text), &QAction::triggered, this, [this, name] { apply(name); });
    if (remove_menu == nullptr) remove_menu = new QMenu(tr("&Delete"), this);
    connect(remove_menu->addAction(text), &QAction::triggered, this, [name] { remove(name); });
  }
  if (remove_menu != nullptr) addSeparator();
  connect(addAction(tr("&Save layout...")), &QAction::triggered, this, &Layouts::askName);
  if (remove_menu != nullptr) addMenu(remove_menu);
}

void Layouts::askName() {
  const QString name =
      QInputDialog::getItem(window_, tr("Save layout"), tr("Name"), names(), 0, true).trimmed();
  if (!name.isEmpty()) save(name);
}

}  // namespace warmstart
