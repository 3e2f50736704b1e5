#include "views/desk/action_book.h"

#include <QWidget>

#include "views/look/icons.h"

namespace warmstart {

QAction* ActionBook::add(const Spec& spec, QWidget* owner, std::function<void()> triggered,
                         Qt::ShortcutContext context) {
  Q_ASSERT(!by_id_.contains(spec.id));
  auto* action = new QAction(spec.text, owner);
  action->setObjectName(spec.id);
  action->setProperty("menu", spec.menu);
  action->setShortcut(spec.shortcut);
  action->setProperty("defaultShortcut", spec.shortcut.toString(QKeySequence::PortableText));
  action->setShortcutContext(context);
  action->setToolTip(spec.tip.isEmpty() ? QString(spec.text).remove(QLatin1Char('&')) : spec.tip);
  action->setStatusTip(spec.tip);
  if (!spec.icon.isEmpty()) action->setIcon(look::icon(spec.icon));
  connect(action, &QAction::triggered, owner, [triggered = std::move(triggered)] { triggered(); });
  connect(action, &QObject::destroyed, this, [this, id = spec.id, action] {
    by_id_.remove(id);
    std::erase(actions_, action);
  });
  owner->addAction(action);
  actions_.push_back(action);
  by_id_.insert(spec.id, action);
  emit added(action);
  return action;
}

QAction* ActionBook::find(const QString& id) const { return by_id_.value(id, nullptr); }

QString ActionBook::idOf(const QAction* action) { return action->objectName(); }

QString ActionBook::menuOf(const QAction* action) { return action->property("menu").toString(); }

void ActionBook::addEntries(std::function<std::vector<PaletteEntry>()> provider) {
  providers_.push_back(std::move(provider));
}

std::vector<PaletteEntry> ActionBook::entries() const {
  std::vector<PaletteEntry> all;
  for (const auto& provider : providers_) {
    for (PaletteEntry& entry : provider()) all.push_back(std::move(entry));
  }
  return all;
}

}  // namespace warmstart
