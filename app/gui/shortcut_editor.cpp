#include "app/gui/shortcut_editor.h"

#include <QDialogButtonBox>
#include <QHeaderView>
#include <QKeySequenceEdit>
#include <QLabel>
#include <QPushButton>
#include <QTableWidget>
#include <QVBoxLayout>

#include "app/gui/window_settings.h"
#include "views/desk/action_book.h"
#include "views/look/theme.h"

namespace warmstart {
namespace {

QString settingOf(const QAction* action) {
  return QStringLiteral("shortcuts/") + ActionBook::idOf(action);
}

}  // namespace

ShortcutEditor::ShortcutEditor(ActionBook& actions, QWidget* parent)
    : QDialog(parent),
      actions_(actions),
      table_(new QTableWidget(this)),
      key_(new QKeySequenceEdit(this)),
      conflict_(new QLabel(this)) {
  setWindowTitle(tr("Shortcuts"));
  resize(80 * look::kGrid, 64 * look::kGrid);
  table_->setColumnCount(2);
  table_->setHorizontalHeaderLabels({tr("Action"), tr("Key")});
  table_->horizontalHeader()->setSectionResizeMode(0, QHeaderView::Stretch);
  table_->verticalHeader()->hide();
  table_->setSelectionBehavior(QAbstractItemView::SelectRows);
  table_->setEditTriggers(QAbstractItemView::NoEditTriggers);
  table_->setAccessibleName(tr("Actions and their keys"));
  key_->setAccessibleName(tr("New key"));
  conflict_->setWordWrap(true);
  auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close);
  QPushButton* reset = buttons->addButton(tr("Default key"), QDialogButtonBox::ResetRole);
  auto* column = new QVBoxLayout(this);
  column->addWidget(table_);
  column->addWidget(key_);
  column->addWidget(conflict_);
  column->addWidget(buttons);
  connect(table_, &QTableWidget::itemSelectionChanged, this, &ShortcutEditor::choose);
  connect(key_, &QKeySequenceEdit::editingFinished, this, &ShortcutEditor::change);
  connect(reset, &QPushButton::clicked, this, [this] {
    const int row = table_->currentRow();
    if (row < 0) return;
    const QAction* action = actions_.all()[static_cast<std::size_t>(row)];
    key_->setKeySequence(QKeySequence(action->property("defaultShortcut").toString()));
    change();
  });
  connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
  fill();
}

void ShortcutEditor::fill() {
  table_->setRowCount(static_cast<int>(actions_.all().size()));
  int row = 0;
  for (const QAction* action : actions_.all()) {
    QString name = QString(action->text()).remove(QLatin1Char('&'));
    const QString menu = ActionBook::menuOf(action);
    if (!menu.isEmpty()) name = menu + QStringLiteral(": ") + name;
    table_->setItem(row, 0, new QTableWidgetItem(name));
    table_->setItem(row, 1,
                    new QTableWidgetItem(action->shortcut().toString(QKeySequence::NativeText)));
    ++row;
  }
}

void ShortcutEditor::choose() {
  const int row = table_->currentRow();
  if (row >= 0) key_->setKeySequence(actions_.all()[static_cast<std::size_t>(row)]->shortcut());
  conflict_->clear();
}

void ShortcutEditor::change() {
  const int row = table_->currentRow();
  if (row < 0) return;
  QAction* action = actions_.all()[static_cast<std::size_t>(row)];
  const QKeySequence key = key_->keySequence();
  for (const QAction* other : actions_.all()) {
    if (other == action || key.isEmpty() || other->shortcut() != key ||
        other->shortcutContext() != action->shortcutContext())
      continue;
    conflict_->setText(tr("%1 is the key of \"%2\" already; nothing was changed.")
                           .arg(key.toString(QKeySequence::NativeText),
                                QString(other->text()).remove(QLatin1Char('&'))));
    return;
  }
  conflict_->clear();
  action->setShortcut(key);
  WindowSettings().setValue(settingOf(action), key.toString(QKeySequence::PortableText));
  table_->item(row, 1)->setText(key.toString(QKeySequence::NativeText));
}

QString ShortcutEditor::conflict() const { return conflict_->text(); }

void ShortcutEditor::applySettings(ActionBook& actions) {
  const WindowSettings settings;
  for (QAction* action : actions.all()) {
    const QVariant key = settings.value(settingOf(action));
    if (key.isValid())
      action->setShortcut(QKeySequence(key.toString(), QKeySequence::PortableText));
  }
}

}  // namespace warmstart
