#include "app/gui/command_palette.h"

#include <QKeyEvent>
#include <QLineEdit>
#include <QListView>
#include <QVBoxLayout>

#include "app/gui/palette_model.h"
#include "views/look/icons.h"
#include "views/look/theme.h"

namespace warmstart {

int fuzzyScore(const QString& pattern, const QString& text, std::vector<int>* places) {
  int score = 0;
  qsizetype at = 0, previous = -2;
  for (const QChar letter : pattern) {
    if (letter.isSpace()) continue;
    const qsizetype found = text.indexOf(letter, at, Qt::CaseInsensitive);
    if (found < 0) return -1;
    const bool begins = found == 0 || !text.at(found - 1).isLetterOrNumber();
    score += found == previous + 1 ? 8 : begins ? 6 : 1;
    if (places) places->push_back(static_cast<int>(found));
    previous = found;
    at = found + 1;
  }
  // Among equals the shorter text is meant.
  return score * 64 + std::max<int>(0, 63 - static_cast<int>(text.size()));
}

CommandPalette::CommandPalette(const ActionBook& actions, QWidget* window)
    : QFrame(window),
      actions_(actions),
      input_(new QLineEdit(this)),
      list_(new QListView(this)),
      model_(new PaletteModel(this)) {
  setFrameShape(QFrame::StyledPanel);
  setAutoFillBackground(true);
  setAccessibleName(tr("Command palette"));
  input_->setPlaceholderText(tr("Action, recipe or run"));
  input_->setAccessibleName(input_->placeholderText());
  input_->installEventFilter(this);
  list_->setModel(model_);
  list_->setItemDelegate(new PaletteDelegate(list_));
  list_->setUniformItemSizes(true);
  list_->setFrameShape(QFrame::NoFrame);
  list_->setFocusPolicy(Qt::NoFocus);
  list_->setAccessibleName(tr("Matches"));
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(look::kGrid, look::kGrid, look::kGrid, look::kGrid);
  column->addWidget(input_);
  column->addWidget(list_);
  connect(input_, &QLineEdit::textChanged, this, &CommandPalette::filter);
  connect(list_, &QListView::clicked, this, &CommandPalette::run);
  hide();
}

void CommandPalette::open() {
  focus_before_ = window()->focusWidget();
  collect();
  input_->clear();
  filter({});
  const QWidget* over = parentWidget();
  const int width = std::min(80 * look::kGrid, over->width() - 4 * look::kGrid);
  const int height = std::min(56 * look::kGrid, over->height() - 12 * look::kGrid);
  setGeometry((over->width() - width) / 2, 8 * look::kGrid, width, height);
  show();
  raise();
  input_->setFocus();
}

void CommandPalette::collect() {
  std::vector<PaletteModel::Item> items;
  for (QAction* action : actions_.all()) {
    if (!action->isEnabled() || !action->isVisible()) continue;
    items.push_back({QString(action->text()).remove(QLatin1Char('&')), ActionBook::menuOf(action),
                     action->shortcut().toString(QKeySequence::NativeText), action->icon(),
                     [pointer = QPointer<QAction>(action)] {
                       if (pointer) pointer->trigger();
                     }});
  }
  for (PaletteEntry& entry : actions_.entries()) {
    items.push_back({entry.text,
                     entry.detail,
                     {},
                     entry.icon.isEmpty() ? QIcon() : look::icon(entry.icon),
                     std::move(entry.act)});
  }
  model_->setItems(std::move(items));
}

void CommandPalette::filter(const QString& pattern) {
  model_->filter(pattern);
  list_->setCurrentIndex(model_->index(0));
}

QStringList CommandPalette::shown() const {
  QStringList texts;
  for (int row = 0; row < model_->rowCount(); ++row) texts << model_->at(row).text;
  return texts;
}

void CommandPalette::run() {
  const QModelIndex index = list_->currentIndex();
  if (!index.isValid()) return;
  const std::function<void()> act = model_->at(index.row()).act;
  hide();
  if (focus_before_) focus_before_->setFocus();
  if (act) act();
}

bool CommandPalette::eventFilter(QObject* watched, QEvent* event) {
  if (event->type() == QEvent::FocusOut && watched == input_) hide();
  if (event->type() != QEvent::KeyPress) return QFrame::eventFilter(watched, event);
  auto* key = static_cast<QKeyEvent*>(event);
  switch (key->key()) {
    case Qt::Key_Escape:
      hide();
      if (focus_before_) focus_before_->setFocus();
      return true;
    case Qt::Key_Return:
    case Qt::Key_Enter:
      run();
      return true;
    case Qt::Key_Up:
    case Qt::Key_Down:
    case Qt::Key_PageUp:
    case Qt::Key_PageDown:
      QCoreApplication::sendEvent(list_, event);
      return true;
    default:
      return QFrame::eventFilter(watched, event);
  }
}

}  // namespace warmstart
