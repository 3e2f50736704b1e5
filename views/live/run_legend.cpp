#include "views/live/run_legend.h"

#include <QPainter>
#include <QSignalBlocker>

#include "views/look/theme.h"

namespace warmstart::live {
namespace {

constexpr QSize kLineSample(3 * look::kGrid, look::kGrid + 4);
constexpr int kLegendRows = 10;  ///< without scrolling
constexpr int kFewestLegendRows = 3;

QIcon lineSample(const QPen& pen) {
  QPixmap picture(kLineSample);
  picture.fill(Qt::transparent);
  QPainter painter(&picture);
  painter.setPen(pen);
  painter.drawLine(0, kLineSample.height() / 2, kLineSample.width(), kLineSample.height() / 2);
  return {picture};
}

}  // namespace

RunLegend::RunLegend(QWidget* parent) : QListWidget(parent) {
  setObjectName(QStringLiteral("legend"));
  setAccessibleName(tr("Shown runs"));
  setFrameShape(QFrame::NoFrame);
  setIconSize(kLineSample);
  setSelectionMode(QAbstractItemView::NoSelection);
  setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum);
  setUniformItemSizes(true);
  connect(this, &QListWidget::itemChanged, this, [this](QListWidgetItem* item) {
    emit toggled(row(item), item->checkState() == Qt::Checked);
  });
}

void RunLegend::setRuns(const ShownRuns& runs) {
  const QSignalBlocker quiet(this);
  clear();
  for (const auto& run : runs) {
    auto* item = new QListWidgetItem(lineSample(run->pen(3)), run->name(), this);
    item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsUserCheckable | Qt::ItemNeverHasChildren);
    item->setCheckState(run->visible ? Qt::Checked : Qt::Unchecked);
    item->setToolTip(tr("%1: the check mark or Space hides and shows it").arg(run->feed().run()));
  }
  setVisible(count() > 0);
  updateGeometry();
}

QSize RunLegend::sizeHint() const {
  return {QListWidget::sizeHint().width(), heightOf(kLegendRows)};
}

QSize RunLegend::minimumSizeHint() const {
  return {QListWidget::minimumSizeHint().width(), heightOf(kFewestLegendRows)};
}

int RunLegend::heightOf(int most_rows) const {
  return std::min(count(), most_rows) * std::max(0, sizeHintForRow(0)) + 2;
}

}  // namespace warmstart::live
