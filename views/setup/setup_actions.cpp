// The commands of the Set-up panel: on the draft as a whole, and on its chains.
#include <QGridLayout>
#include <QTabWidget>
#include <QToolButton>

#include "views/desk/action_book.h"
#include "views/setup/chain_view.h"
#include "views/setup/dry_run_view.h"
#include "views/setup/setup_panel.h"

namespace warmstart {

void SetupPanel::addActions() {
  const auto add = [&](const char* id, const char* menu, const QString& text, const QString& tip,
                       const char* icon, const QKeySequence& key, std::function<void()> act) {
    desk_.actions.add({.id = QStringLiteral("setup.") + QLatin1String(id),
                       .menu = QString::fromLatin1(menu),
                       .text = text,
                       .tip = tip,
                       .shortcut = key,
                       .icon = QString::fromLatin1(icon)},
                      this, std::move(act));
  };
  add("new", "File", tr("&New Recipe"), tr("Start a recipe from a short template"), "add",
      QKeySequence::New, [this] { guardDraft([this] { newDraft(); }); });
  add("open", "File", tr("&Open Recipe..."), tr("Open a recipe file"), "folder", QKeySequence::Open,
      [this] { openFile(); });
  add("save", "File", tr("&Save Recipe"), tr("Save the draft"), "save", QKeySequence::Save,
      [this] { save(); });
  add("save_as", "File", tr("Save Recipe &As..."), tr("Save the draft under another name"), "save",
      QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_S), [this] { saveAs(); });
  add("queue", "Experiment", tr("&Queue the Draft"), tr("Put the draft as it is into the queue"),
      "queue", QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_Return), [this] { queue(); });
  add("dry_run", "Experiment", tr("&Dry Run of the Draft"), tr("Estimate memory and time"), "chart",
      QKeySequence(), [this] {
        emit wanted();
        bottom_->setCurrentWidget(dry_run_);
        dry_run_->start();
      });
}

void SetupPanel::addChainActions(QWidget* row) {
  auto* grid = new QGridLayout(row);
  grid->setContentsMargins(0, 0, 0, 0);
  grid->setSpacing(2);
  int place = 0;
  const auto add = [&](const char* id, const char* icon, const QString& text,
                       std::function<void()> act) {
    QAction* action = desk_.actions.add({.id = QStringLiteral("setup.") + QLatin1String(id),
                                         .menu = QString(),
                                         .text = text,
                                         .tip = text,
                                         .icon = QString::fromLatin1(icon)},
                                        this, std::move(act));
    chain_->addAction(action);
    auto* button = new QToolButton(row);
    button->setDefaultAction(action);
    button->setAutoRaise(true);
    grid->addWidget(button, place % 2, place / 2);
    ++place;
  };
  add("add_stage", "add", tr("Add a Stage Behind"), [this] { chain_->addStage(); });
  add("add_arm", "copy", tr("Add an Arm Like This"), [this] { chain_->addArm(); });
  add("remove_stage", "remove", tr("Remove the Stage"), [this] { chain_->removeStage(); });
  add("remove_arm", "delete", tr("Remove the Arm"), [this] { chain_->removeArm(); });
  add("arm_up", "up", tr("Move the Arm Up"), [this] { chain_->moveArm(-1); });
  add("arm_down", "down", tr("Move the Arm Down"), [this] { chain_->moveArm(1); });
  add("rename_stage", "tag", tr("Rename the Stage"), [this] { chain_->rename(); });
  add("rename_arm", "tag", tr("Rename the Arm"), [this] { chain_->renameArm(); });
}

}  // namespace warmstart
