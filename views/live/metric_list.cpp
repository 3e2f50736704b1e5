#include "views/live/metric_list.h"

#include <QLineEdit>
#include <QSignalBlocker>
#include <QSortFilterProxyModel>
#include <QStandardItemModel>
#include <QTreeView>
#include <QVBoxLayout>

#include "views/look/theme.h"

namespace warmstart::live {
namespace {

constexpr int kMetric = Qt::UserRole + 1;  ///< whole name, of what can be shown
constexpr int kSearch = Qt::UserRole + 2;

QStandardItem* newRow(const QString& text) {
  auto* item = new QStandardItem(text);
  item->setEditable(false);
  item->setData(text, kSearch);
  return item;
}

}  // namespace

MetricList::MetricList(QWidget* parent)
    : QWidget(parent),
      model_(new QStandardItemModel(this)),
      found_(new QSortFilterProxyModel(this)),
      search_(new QLineEdit(this)),
      view_(new QTreeView(this)) {
  found_->setSourceModel(model_);
  found_->setFilterCaseSensitivity(Qt::CaseInsensitive);
  found_->setFilterRole(kSearch);
  found_->setRecursiveFilteringEnabled(true);
  view_->setModel(found_);
  view_->setHeaderHidden(true);
  view_->setUniformRowHeights(true);
  view_->setIndentation(2 * look::kGrid);
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
  connect(search_, &QLineEdit::textChanged, this, [this](const QString& text) {
    found_->setFilterFixedString(text);
    if (!text.isEmpty()) view_->expandAll();
  });
  connect(model_, &QStandardItemModel::itemChanged, this, [this](QStandardItem* item) {
    const QString metric = item->data(kMetric).toString();
    if (!metric.isEmpty()) emit toggled(metric.toStdString(), item->checkState() == Qt::Checked);
  });
}

QStandardItem* MetricList::newMetric(const QString& text, const QString& metric) {
  QStandardItem* item = newRow(text);
  item->setData(metric, kMetric);
  item->setData(metric, kSearch);
  item->setCheckable(true);
  item->setToolTip(metric);
  items_.emplace(metric.toStdString(), item);
  return item;
}

void MetricList::setMetrics(const std::set<std::string>& names) {
  if (names == names_) return;
  const QSignalBlocker quiet(model_);
  view_->setModel(nullptr);
  found_->setSourceModel(nullptr);
  const std::set<std::string> checked = this->checked();
  model_->clear();
  items_.clear();
  names_ = names;
  std::map<QString, QStringList> groups;  // by what stands before the first dot
  for (const std::string& name : names) {
    const QString metric = QString::fromStdString(name);
    groups[metric.section(QLatin1Char('.'), 0, 0)].append(metric);
  }
  for (const auto& [prefix, metrics] : groups) {
    const bool alone = metrics.size() == 1;
    const bool itself = metrics.contains(prefix);
    QStandardItem* top = alone    ? newMetric(metrics.front(), metrics.front())
                         : itself ? newMetric(prefix, prefix)
                                  : newRow(prefix);
    model_->appendRow(top);
    for (const QString& metric : metrics) {
      if (!alone && metric != prefix)
        top->appendRow(newMetric(metric.mid(prefix.size() + 1), metric));
    }
  }
  for (const auto& [name, item] : items_)
    item->setCheckState(checked.contains(name) ? Qt::Checked : Qt::Unchecked);
  found_->setSourceModel(model_);
  view_->setModel(found_);
  view_->expandAll();
}

std::set<std::string> MetricList::checked() const {
  std::set<std::string> checked;
  for (const auto& [name, item] : items_) {
    if (item->checkState() == Qt::Checked) checked.insert(name);
  }
  return checked;
}

void MetricList::setChecked(const std::set<std::string>& names) {
  const QSignalBlocker quiet(model_);
  for (const auto& [name, item] : items_)
    item->setCheckState(names.contains(name) ? Qt::Checked : Qt::Unchecked);
  view_->viewport()->update();
}

}  // namespace warmstart::live
