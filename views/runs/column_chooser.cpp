#include "views/runs/column_chooser.h"

#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QVBoxLayout>

#include "views/look/theme.h"

namespace warmstart {

ColumnChooser::ColumnChooser(QWidget* parent)
    : QFrame(parent, Qt::Popup),
      filter_(new QLineEdit(this)),
      list_(new QListWidget(this)),
      pick_(new QComboBox(this)) {
  setFrameShape(QFrame::StyledPanel);
  resize(40 * look::kGrid, 48 * look::kGrid);
  filter_->setPlaceholderText(tr("Filter metrics"));
  filter_->setClearButtonEnabled(true);
  filter_->setAccessibleName(tr("Filter metrics"));
  list_->setUniformItemSizes(true);
  list_->setAccessibleName(tr("Metrics"));
  pick_->setAccessibleName(tr("Which of several stages"));
  for (const QString& text : {tr("after the last stage"), tr("mean over stages"),
                              tr("lowest of the stages"), tr("highest of the stages")})
    pick_->addItem(text);
  auto* label = new QLabel(tr("&Value:"), this);
  label->setBuddy(pick_);
  auto* row = new QHBoxLayout;
  row->addWidget(label);
  row->addWidget(pick_, 1);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(look::kGrid, look::kGrid, look::kGrid, look::kGrid);
  column->addWidget(filter_);
  column->addWidget(list_, 1);
  column->addLayout(row);
  connect(filter_, &QLineEdit::textChanged, this, &ColumnChooser::filter);
  connect(list_, &QListWidget::itemChanged, this, &ColumnChooser::tell);
  connect(pick_, &QComboBox::currentIndexChanged, this, &ColumnChooser::tell);
}

void ColumnChooser::setMetrics(const std::vector<MetricName>& names,
                               const std::vector<MetricColumn>& chosen) {
  const QSignalBlocker quiet(list_), quiet_too(pick_);
  list_->clear();
  if (!chosen.empty()) pick_->setCurrentIndex(static_cast<int>(chosen.front().pick));
  for (const MetricName& name : names) {
    const QString data = QString::fromStdString(name.data);
    const QString metric = QString::fromStdString(name.metric);
    auto* item = new QListWidgetItem(data + QLatin1Char('.') + metric, list_);
    item->setData(Qt::UserRole, QStringList{data, metric});
    const bool on = std::any_of(chosen.begin(), chosen.end(), [&](const MetricColumn& column) {
      return column.data == data && column.metric == metric;
    });
    item->setCheckState(on ? Qt::Checked : Qt::Unchecked);
  }
  filter(filter_->text());
  filter_->setFocus();
}

void ColumnChooser::filter(const QString& text) {
  for (int row = 0; row < list_->count(); ++row)
    list_->item(row)->setHidden(!list_->item(row)->text().contains(text, Qt::CaseInsensitive));
}

void ColumnChooser::tell() {
  std::vector<MetricColumn> columns;
  for (int row = 0; row < list_->count(); ++row) {
    if (list_->item(row)->checkState() != Qt::Checked) continue;
    const QStringList name = list_->item(row)->data(Qt::UserRole).toStringList();
    columns.push_back({name[0], name[1], static_cast<MetricPick>(pick_->currentIndex())});
  }
  emit chosen(columns);
}

}  // namespace warmstart
