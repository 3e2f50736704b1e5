#include "views/map/layer_legend.h"

#include <QEvent>
#include <QHeaderView>
#include <QLabel>
#include <QSignalBlocker>
#include <QTableWidget>
#include <QVBoxLayout>
#include <set>

#include "views/look/swatch.h"
#include "views/look/theme.h"

namespace warmstart {
namespace {

constexpr std::size_t kMostListed = 256;  ///< a raster of amounts may be called one of classes

enum LegendColumn { kClass, kArea, kShare, kColumns };

std::vector<int> labelsOf(const MapLayer& layer) {
  std::set<int> labels;
  const auto& names = layer.raster->facts().classes;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (!names[i].empty()) labels.insert(static_cast<int>(i));
  }
  for (const BandSpread& spread : layer.spreads) {
    for (const float value : spread.sorted) labels.insert(classOf(value));
  }
  return {labels.begin(), labels.end()};
}

QTableWidgetItem* numberItem(const QString& text) {
  auto* item = new QTableWidgetItem(text);
  item->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
  item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable);
  return item;
}

}  // namespace

LayerLegend::LayerLegend(QWidget* parent)
    : QWidget(parent),
      table_(new QTableWidget(0, kColumns, this)),
      note_(new QLabel(this)),
      counting_([this](const Counted& counted) {
        if (counting_.busy() || !counted) return;
        ticking_.stop();
        areas_ = *counted;
        fill();
        paintNote();
      }) {
  table_->setHorizontalHeaderLabels({tr("Class"), tr("Area"), tr("Share")});
  table_->horizontalHeader()->setSectionResizeMode(kClass, QHeaderView::Stretch);
  table_->horizontalHeader()->setSectionResizeMode(kArea, QHeaderView::ResizeToContents);
  table_->horizontalHeader()->setSectionResizeMode(kShare, QHeaderView::ResizeToContents);
  table_->verticalHeader()->hide();
  table_->setShowGrid(false);
  table_->setAccessibleName(tr("Classes and their areas"));
  note_->setWordWrap(true);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(look::kGrid / 2);
  column->addWidget(table_, 1);
  column->addWidget(note_);
  connect(table_, &QTableWidget::itemChanged, this, [this](QTableWidgetItem* item) {
    if (item->column() != kClass) return;
    const int label = labels_.at(static_cast<std::size_t>(item->row()));
    item->checkState() == Qt::Checked ? void(hidden_.remove(label)) : void(hidden_.insert(label));
    emit hiddenChanged(hidden_);
  });
  ticking_.setInterval(200);
  connect(&ticking_, &QTimer::timeout, this, &LayerLegend::paintNote);
}

LayerLegend::~LayerLegend() { *stop_ = true; }

void LayerLegend::setLayer(const MapLayerPtr& layer, const QSet<int>& hidden) {
  hidden_ = hidden;
  const RasterPtr raster = layer ? layer->raster : nullptr;
  if (raster == raster_) return fill();
  raster_ = raster;
  labels_ = layer ? labelsOf(*layer) : std::vector<int>();
  areas_ = {};
  *stop_ = true;
  ticking_.stop();
  fill();
  note_->clear();
  if (raster_) count();
}

void LayerLegend::count() {
  stop_ = std::make_shared<std::atomic<bool>>(false);
  done_ = std::make_shared<std::atomic<double>>(0);
  counting_.start(
      [raster = raster_, stop = stop_, done = done_] { return countAreas(*raster, *done, *stop); });
  ticking_.start();
}

QString LayerLegend::className(int label) const {
  const auto& names = raster_->facts().classes;
  const bool named = label >= 0 && static_cast<std::size_t>(label) < names.size() &&
                     !names[static_cast<std::size_t>(label)].empty();
  return named ? QString::fromStdString(names[static_cast<std::size_t>(label)])
               : tr("class %1").arg(label);
}

void LayerLegend::fill() {
  const QSignalBlocker quiet(table_);
  std::set<int> labels(labels_.begin(), labels_.end());
  for (const auto& [label, area] : areas_.classes) labels.insert(label);
  labels_.assign(labels.begin(), labels.end());
  table_->setRowCount(static_cast<int>(std::min(labels_.size(), kMostListed)));
  const QLocale locale;
  const double counted = static_cast<double>(areas_.pixels - areas_.without_data);
  for (int row = 0; row < table_->rowCount(); ++row) {
    const int label = labels_[static_cast<std::size_t>(row)];
    auto* name = new QTableWidgetItem(className(label));
    name->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsUserCheckable);
    name->setCheckState(hidden_.contains(label) ? Qt::Unchecked : Qt::Checked);
    name->setIcon(look::swatch(label == 0 ? QColor(kZeroColour) : look::label(label)));
    table_->setItem(row, kClass, name);
    const auto area = areas_.classes.find(label);
    const bool known = areas_.pixels > 0;
    const ClassArea none;
    const ClassArea& of = area == areas_.classes.end() ? none : area->second;
    table_->setItem(row, kArea,
                    numberItem(!known          ? QString()
                               : areas_.placed ? areaText(of.square_metres)
                                               : tr("%1 px").arg(locale.toString(of.pixels))));
    const double share = counted > 0 ? static_cast<double>(of.pixels) / counted : 0;
    table_->setItem(
        row, kShare,
        numberItem(known ? tr("%1 %").arg(locale.toString(share * 100, 'f', 1)) : QString()));
  }
}

void LayerLegend::paintNote() {
  if (counting_.busy())
    return note_->setText(tr("Counting: %1 %").arg(std::lround(done_->load() * 100)));
  if (!areas_.problem.isEmpty()) return note_->setText(areas_.problem);
  const auto told = [](std::int64_t count) {
    return QLocale().toString(static_cast<qlonglong>(count));
  };
  QStringList notes;
  if (areas_.without_data > 0) notes += tr("%1 pixels without data").arg(told(areas_.without_data));
  if (areas_.unreadable > 0)
    notes += tr("%1 pixels that cannot be read").arg(told(areas_.unreadable));
  if (labels_.size() > kMostListed)
    notes += tr("the first %1 of %2 classes are listed").arg(kMostListed).arg(labels_.size());
  note_->setText(notes.join(QStringLiteral("; ")));
}

QByteArray LayerLegend::csv() const {
  QByteArray text("class,name,pixels,square_metres\n");
  for (const auto& [label, area] : areas_.classes) {
    QString name = className(label);
    name.replace(QLatin1Char('"'), QLatin1String("\"\""));
    text += QStringLiteral("%1,\"%2\",%3,%4\n")
                .arg(label)
                .arg(name)
                .arg(area.pixels)
                .arg(areas_.placed ? QString::number(area.square_metres, 'f', 3) : QString())
                .toUtf8();
  }
  return text;
}

void LayerLegend::changeEvent(QEvent* event) {
  if (event->type() == QEvent::PaletteChange && raster_) fill();
  QWidget::changeEvent(event);
}

}  // namespace warmstart
