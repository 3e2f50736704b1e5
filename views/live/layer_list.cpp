#include "views/live/layer_list.h"

#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QSignalBlocker>
#include <QStringListModel>
#include <QVBoxLayout>
#include <algorithm>

#include "views/look/theme.h"

namespace warmstart::live {

LayerList::LayerList(QWidget* parent)
    : QWidget(parent),
      model_(new QStringListModel(this)),
      search_(new QLineEdit(this)),
      view_(new QListView(this)),
      nothing_(new QLabel(tr("No layer has this in its name."), this)) {
  search_->setPlaceholderText(tr("Find a layer"));
  search_->setAccessibleName(search_->placeholderText());
  search_->setToolTip(tr("Arrow keys move among the found layers, Return chooses the first"));
  search_->setClearButtonEnabled(true);
  view_->setModel(model_);
  view_->setAccessibleName(tr("Layers"));
  view_->setToolTip(tr("Ctrl or Shift chooses several; they are drawn as lines"));
  view_->setSelectionMode(QAbstractItemView::ExtendedSelection);
  view_->setEditTriggers(QAbstractItemView::NoEditTriggers);
  view_->setTextElideMode(Qt::ElideLeft);
  view_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  view_->setUniformItemSizes(true);
  nothing_->setWordWrap(true);
  nothing_->hide();
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(look::kGrid, look::kGrid, 0, look::kGrid);
  column->setSpacing(look::kGrid / 2);
  column->addWidget(search_);
  column->addWidget(nothing_);
  column->addWidget(view_, 1);
  connectParts();
}

void LayerList::connectParts() {
  search_->installEventFilter(this);
  view_->installEventFilter(this);
  connect(search_, &QLineEdit::textChanged, this, &LayerList::find);
  connect(search_, &QLineEdit::returnPressed, this, [this] { chooseFound(false); });
  connect(view_->selectionModel(), &QItemSelectionModel::selectionChanged, this,
          &LayerList::changed);
  connect(view_->selectionModel(), &QItemSelectionModel::currentChanged, this, &LayerList::changed);
}

void LayerList::setLayers(const std::vector<std::string>& names) {
  QStringList layers;
  for (const std::string& name : names) layers << QString::fromStdString(name);
  if (layers == model_->stringList()) return;
  const QString current = view_->currentIndex().data().toString();
  QStringList chosen;
  for (const int layer : this->chosen()) chosen << model_->stringList().at(layer);
  {
    const QSignalBlocker quiet(this);
    model_->setStringList(layers);
    find(search_->text());
    for (const QString& name : std::as_const(chosen)) {
      if (const qsizetype at = layers.indexOf(name); at >= 0)
        view_->selectionModel()->select(model_->index(static_cast<int>(at)),
                                        QItemSelectionModel::Select);
    }
    const auto at = static_cast<int>(std::max<qsizetype>(0, layers.indexOf(current)));
    view_->selectionModel()->setCurrentIndex(model_->index(at), QItemSelectionModel::Select);
  }
  emit changed();
}

int LayerList::current() const { return view_->currentIndex().row(); }

std::vector<int> LayerList::chosen() const {
  std::vector<int> layers;
  for (const QModelIndex& index : view_->selectionModel()->selectedIndexes())
    layers.push_back(index.row());
  std::sort(layers.begin(), layers.end());
  return layers;
}

void LayerList::choose(int layer) {
  if (model_->rowCount() == 0) return;
  view_->selectionModel()->setCurrentIndex(
      model_->index(std::clamp(layer, 0, model_->rowCount() - 1)),
      QItemSelectionModel::ClearAndSelect);
}

void LayerList::toggle(int layer) {
  if (layer < 0 || layer >= model_->rowCount()) return;
  const QModelIndex index = model_->index(layer);
  QItemSelectionModel& selection = *view_->selectionModel();
  if (selection.isSelected(index)) {
    if (selection.selectedIndexes().size() == 1) return;
    selection.select(index, QItemSelectionModel::Deselect);
    // The histograms are those of a chosen layer.
    selection.setCurrentIndex(selection.selectedIndexes().first(), QItemSelectionModel::NoUpdate);
  } else {
    selection.setCurrentIndex(index, QItemSelectionModel::Select);
  }
}

void LayerList::find(const QString& text) {
  bool found = text.isEmpty();
  for (int row = 0; row < model_->rowCount(); ++row) {
    const bool fits = model_->index(row).data().toString().contains(text, Qt::CaseInsensitive);
    view_->setRowHidden(row, !fits);
    found |= fits;
  }
  nothing_->setVisible(!found);
}

/// The first of the found layers, or all of them.
void LayerList::chooseFound(bool all) {
  QItemSelection found;
  for (int row = 0; row < model_->rowCount() && (all || found.isEmpty()); ++row) {
    if (!view_->isRowHidden(row)) found.select(model_->index(row), model_->index(row));
  }
  if (found.isEmpty()) return;
  const QModelIndex first = found.first().topLeft();
  view_->selectionModel()->select(found, QItemSelectionModel::ClearAndSelect);
  view_->selectionModel()->setCurrentIndex(first, QItemSelectionModel::NoUpdate);
  view_->scrollTo(first);
}

void LayerList::passKey(QKeyEvent* event) { QCoreApplication::sendEvent(view_, event); }

bool LayerList::eventFilter(QObject* watched, QEvent* event) {
  if (event->type() != QEvent::KeyPress) return QWidget::eventFilter(watched, event);
  auto* key = static_cast<QKeyEvent*>(event);
  const bool along = key->key() == Qt::Key_Up || key->key() == Qt::Key_Down;
  if (watched == search_ && along) {
    passKey(key);
    return true;
  }
  // The view's own would take those that the search has hidden too.
  if (watched == view_ && key->matches(QKeySequence::SelectAll)) {
    chooseFound(true);
    return true;
  }
  return QWidget::eventFilter(watched, event);
}

}  // namespace warmstart::live
