#include "views/live/metric_list.h"

#include <QLineEdit>
#include <QListView>
#include <QSignalBlocker>
#include <QSortFilterProxyModel>
#include <QStandardItemModel>
#include <QVBoxLayout>

#include "views/look/theme.h"

namespace warmstart::live {

MetricList::MetricList(QWidget* parent)
    : QWidget(parent),
      model_(new QStandardItemModel(this)),
      found_(new QSortFilterProxyModel(this)),
      search_(new QLineEdit(this)),
      view_(new QListView(this)) {
  found_->setSourceModel(model_);
  found_->setFilterCaseSensitivity(Qt::CaseInsensitive);
  view_->setModel(found_);
  view_->setUniformItemSizes(true);
  view_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  view_->setEditTriggers(QAbstractItemView::NoEditTriggers);
  view_->setAccessibleName(tr("Metrics"));
  view_->setToolTip(tr("Space shows or hides the plot of a metric"));
  search_->setPlaceholderText(tr("Find a metric"));
  search_->setAccessibleName(search_->placeholderText());
  search_->setClearButtonEnabled(true);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(look::kGrid / 2);
  column->addWidget(search_);
  column->addWidget(view_, 1);
  connect(search_, &QLineEdit::textChanged, found_, &QSortFilterProxyModel::setFilterFixedString);
  connect(model_, &QStandardItemModel::itemChanged, this, [this](QStandardItem* item) {
    emit toggled(item->text().toStdString(), item->checkState() == Qt::Checked);
  });
}

void MetricList::setMetrics(const std::set<std::string>& names) {
  if (names == names_) return;
  const QSignalBlocker quiet(model_);
  view_->setModel(nullptr);
  std::set<std::string> checked;
  for (int row = 0; row < model_->rowCount(); ++row) {
    if (model_->item(row)->checkState() == Qt::Checked)
      checked.insert(model_->item(row)->text().toStdString());
  }
  model_->clear();
  for (const std::string& name : names) {
    auto* item = new QStandardItem(QString::fromStdString(name));
    item->setCheckable(true);
    item->setCheckState(checked.contains(name) ? Qt::Checked : Qt::Unchecked);
    model_->appendRow(item);
  }
  names_ = names;
  found_->setSourceModel(nullptr);
  found_->setSourceModel(model_);
  view_->setModel(found_);
}

void MetricList::setChecked(const std::set<std::string>& names) {
  const QSignalBlocker quiet(model_);
  for (int row = 0; row < model_->rowCount(); ++row) {
    QStandardItem* item = model_->item(row);
    item->setCheckState(names.contains(item->text().toStdString()) ? Qt::Checked : Qt::Unchecked);
  }
  view_->viewport()->update();
}

}  // namespace warmstart::live
