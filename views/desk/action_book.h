// Every command of the program as one QAction: the menus, the tool bars, the command palette and
// the shortcut editor are all made from this book. GUI thread only.
#pragma once
#include <QAction>
#include <QHash>
#include <QObject>
#include <functional>
#include <vector>

namespace warmstart {

/// A thing that the command palette offers beside the actions: a recipe, a run.
struct PaletteEntry {
  QString text, detail;
  QString icon;
  std::function<void()> act;
};

class ActionBook : public QObject {
  Q_OBJECT
 public:
  using QObject::QObject;

  struct Spec {
    QString id;    ///< "queue.pause": key of its shortcut in the settings
    QString menu;  ///< "File", "Edit", "View", "Experiment", "Queue", "Run", "Inspect", "Help"; ""
                   ///< = palette only
    QString text;  ///< translated, with an unambiguous mnemonic; a verb
    QString tip;   ///< one line
    QKeySequence shortcut;
    QString icon;  ///< see look/icons.h; "" = none
  };
  /// The action belongs to `owner` (a panel): it goes with it. Its shortcut works in the whole
  /// window, or, with Qt::WidgetWithChildrenShortcut, while the owner has the focus.
  QAction* add(const Spec& spec, QWidget* owner, std::function<void()> triggered,
               Qt::ShortcutContext context = Qt::WindowShortcut);
  QAction* find(const QString& id) const;
  const std::vector<QAction*>& all() const { return actions_; }  ///< in the order they were added
  static QString idOf(const QAction* action);
  static QString menuOf(const QAction* action);

  /// Called each time that the palette opens.
  void addEntries(std::function<std::vector<PaletteEntry>()> provider);
  std::vector<PaletteEntry> entries() const;

 signals:
  void added(QAction* action);

 private:
  std::vector<QAction*> actions_;
  QHash<QString, QAction*> by_id_;
  std::vector<std::function<std::vector<PaletteEntry>()>> providers_;
};

}  // namespace warmstart
