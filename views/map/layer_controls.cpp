#include "views/map/layer_controls.h"

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QGridLayout>
#include <QLabel>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSlider>
#include <QVBoxLayout>
#include <cmath>

#include "views/look/theme.h"
#include "views/map/layer_legend.h"

namespace warmstart {
namespace {

constexpr std::array kMaps{look::Map::kGrey, look::Map::kViridis, look::Map::kCividis,
                           look::Map::kDiverging};

/// Steps and digits that suit the values.
void suitTo(QDoubleSpinBox& box, double reach) {
  const int digits = std::clamp(
      3 - static_cast<int>(std::floor(std::log10(std::max(std::abs(reach), 1e-9)))), 0, 8);
  box.setDecimals(digits);
  box.setSingleStep(std::max(std::abs(reach) / 50, std::pow(10, -digits)));
}

}  // namespace

LayerControls::LayerControls(QWidget* parent)
    : QWidget(parent),
      opacity_(new QSlider(Qt::Horizontal, this)),
      kind_label_(new QLabel(tr("&Values"), this)),
      kind_(new QComboBox(this)),
      band_part_(bandPart()),
      legend_(new LayerLegend(this)) {
  opacity_->setRange(0, 100);
  opacity_->setAccessibleName(tr("Opacity of the layer in percent"));
  opacity_->setToolTip(opacity_->accessibleName());
  auto* label = new QLabel(tr("O&pacity"), this);
  label->setBuddy(opacity_);
  auto* row = new QHBoxLayout;
  row->addWidget(label);
  row->addWidget(opacity_, 1);
  kind_->addItem(tr("Amounts"), static_cast<int>(MapLayer::Kind::kBands));
  kind_->addItem(tr("Classes"), static_cast<int>(MapLayer::Kind::kClasses));
  kind_->setAccessibleName(tr("What the values of the layer are"));
  kind_->setToolTip(
      tr("One band of few whole numbers is taken for classes, others for amounts: "
         "correct it here"));
  kind_label_->setBuddy(kind_);
  auto* kind_row = new QHBoxLayout;
  kind_row->addWidget(kind_label_);
  kind_row->addWidget(kind_, 1);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(look::kGrid);
  column->addLayout(row);
  column->addLayout(kind_row);
  column->addWidget(band_part_);
  column->addWidget(legend_, 1);
  column->addStretch(0);
  connect(opacity_, &QSlider::valueChanged, this, [this](int percent) {
    look_.opacity = percent / 100.0;
    tell();
  });
  connect(kind_, &QComboBox::activated, this, [this] {
    const auto kind = static_cast<MapLayer::Kind>(kind_->currentData().toInt());
    if (layer_ && layer_->kind != kind) emit kindWanted(kind);
  });
  connect(legend_, &LayerLegend::hiddenChanged, this, [this](const QSet<int>& hidden) {
    look_.hidden = hidden;
    tell();
  });
  setLayer(nullptr, {});
}

QWidget* LayerControls::bandPart() {
  auto* part = new QWidget(this);
  auto* grid = new QGridLayout(part);
  grid->setContentsMargins(0, 0, 0, 0);
  grid->setSpacing(look::kGrid / 2);
  style_ = new QComboBox(part);
  style_->addItems({tr("Three bands as colours"), tr("One band")});
  style_->setAccessibleName(tr("How bands become colours"));
  map_ = new QComboBox(part);
  for (const look::Map map : kMaps) map_->addItem(look::mapName(map));
  map_->setAccessibleName(tr("Colour map"));
  grid->addWidget(style_, 0, 0, 1, 4);
  grid->addWidget(map_, 4, 0, 1, 4);
  const QStringList names{tr("Red"), tr("Green"), tr("Blue")};
  for (int i = 0; i < 3; ++i) {
    const auto at = static_cast<std::size_t>(i);
    names_[at] = new QLabel(names[i], part);
    bands_[at] = new QComboBox(part);
    bands_[at]->setAccessibleName(tr("Band shown as %1").arg(names[i].toLower()));
    bands_[at]->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    bands_[at]->setMinimumContentsLength(8);
    low_[at] = new QDoubleSpinBox(part), high_[at] = new QDoubleSpinBox(part);
    low_[at]->setAccessibleName(tr("Darkest value of %1").arg(names[i].toLower()));
    high_[at]->setAccessibleName(tr("Brightest value of %1").arg(names[i].toLower()));
    for (QDoubleSpinBox* box : {low_[at], high_[at]}) {
      box->setRange(-1e12, 1e12);
      box->setButtonSymbols(QAbstractSpinBox::NoButtons);
      box->setToolTip(box->accessibleName());
      box->setMinimumWidth(7 * look::kGrid);
      connect(box, &QDoubleSpinBox::valueChanged, this, &LayerControls::takeStretch);
    }
    grid->addWidget(names_[at], i + 1, 0);
    grid->addWidget(bands_[at], i + 1, 1);
    grid->addWidget(low_[at], i + 1, 2);
    grid->addWidget(high_[at], i + 1, 3);
    connect(bands_[at], &QComboBox::activated, this, &LayerControls::takeBands);
  }
  grid->setColumnStretch(1, 1);
  all_ = new QPushButton(tr("Stretch to &all"), part);
  all_->setToolTip(tr("2nd to 98th percentile of the whole layer"));
  view_ = new QPushButton(tr("Stretch to &view"), part);
  view_->setToolTip(tr("2nd to 98th percentile of what is seen"));
  grid->addWidget(all_, 5, 0, 1, 2);
  grid->addWidget(view_, 5, 2, 1, 2);
  connect(style_, &QComboBox::activated, this, &LayerControls::takeBands);
  connect(map_, &QComboBox::activated, this, [this](int index) {
    look_.map = kMaps.at(static_cast<std::size_t>(index));
    tell();
  });
  connect(all_, &QPushButton::clicked, this, [this] {
    if (!layer_) return;
    stretch(look_, *layer_, layer_->spreads);
    fillStretch();
    tell();
  });
  connect(view_, &QPushButton::clicked, this, &LayerControls::stretchToViewWanted);
  return part;
}

void LayerControls::setLayer(const MapLayerPtr& layer, const LayerLook& look) {
  layer_ = layer, look_ = look;
  setEnabled(layer_ != nullptr);
  const bool classes = layer_ && layer_->kind == MapLayer::Kind::kClasses;
  band_part_->setVisible(layer_ && !classes && !layer_->of_classes);
  legend_->setVisible(classes);
  legend_->setLayer(classes ? layer_ : nullptr, look_.hidden);
  const QSignalBlocker quiet(opacity_);
  opacity_->setValue(qRound(look_.opacity * 100));
  fillKind();
  if (!layer_) return;
  fillBands();
  fillStretch();
}

/// What a run recorded says itself what it is.
void LayerControls::fillKind() {
  const bool offered =
      layer_ && !layer_->of_run && !layer_->other && layer_->raster->facts().bands.size() == 1;
  kind_label_->setVisible(offered);
  kind_->setVisible(offered);
  if (offered) kind_->setCurrentIndex(kind_->findData(static_cast<int>(layer_->kind)));
}

void LayerControls::fillBands() {
  const auto& bands = layer_->raster->facts().bands;
  const bool three = look_.bands.size() == 3;
  style_->setCurrentIndex(three ? 0 : 1);
  style_->setEnabled(bands.size() >= 2 && layer_->kind == MapLayer::Kind::kBands);
  map_->setVisible(!three);
  const auto map = std::find(kMaps.begin(), kMaps.end(), look_.map);
  map_->setCurrentIndex(static_cast<int>(map - kMaps.begin()));
  for (std::size_t i = 0; i < bands_.size(); ++i) {
    const bool used = i < look_.bands.size();
    bands_[i]->clear();
    for (const RasterFacts::Band& band : bands)
      bands_[i]->addItem(QString::fromStdString(band.name));
    if (used) bands_[i]->setCurrentIndex(look_.bands[i]);
    for (QWidget* widget : std::initializer_list<QWidget*>{bands_[i], low_[i], high_[i]})
      widget->setVisible(used);
    names_[i]->setVisible(used && three);
  }
}

void LayerControls::fillStretch() {
  for (std::size_t i = 0; i < look_.bands.size() && i < low_.size(); ++i) {
    const QSignalBlocker quiet_low(low_[i]), quiet_high(high_[i]);
    for (QDoubleSpinBox* box : {low_[i], high_[i]}) suitTo(*box, look_.high[i] - look_.low[i]);
    low_[i]->setValue(look_.low[i]), high_[i]->setValue(look_.high[i]);
  }
}

void LayerControls::takeBands() {
  const bool three = style_->currentIndex() == 0;
  std::vector<int> bands;
  for (int i = 0; i < (three ? 3 : 1); ++i) {
    const int chosen = bands_[static_cast<std::size_t>(i)]->currentIndex();
    const int last = bands_[0]->count() - 1;
    bands.push_back(three && look_.bands.size() != 3 ? std::min(i, last) : std::max(0, chosen));
  }
  look_.bands = bands;
  stretch(look_, *layer_, layer_->spreads);
  fillBands();
  fillStretch();
  tell();
}

void LayerControls::takeStretch() {
  for (std::size_t i = 0; i < look_.bands.size() && i < low_.size(); ++i)
    look_.low[i] = low_[i]->value(), look_.high[i] = high_[i]->value();
  tell();
}

void LayerControls::tell() { emit changed(look_); }

}  // namespace warmstart
