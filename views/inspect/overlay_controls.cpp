#include "views/inspect/overlay_controls.h"

#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QSlider>
#include <QStandardItemModel>
#include <QVBoxLayout>
#include <cmath>

#include "views/look/theme.h"

namespace warmstart {
namespace {

QString colourPatch(const QColor& colour, const QString& text) {
  return QStringLiteral("<span style='color:%1'>■</span> %2").arg(colour.name(), text);
}

QLabel* overlayKey(const QString& text, QWidget* parent) {
  auto* key = new QLabel(text, parent);
  key->setWordWrap(true);
  return key;
}

}  // namespace

OverlayControls::OverlayControls(VolumeScene& scene, const QStringList& names, QWidget* parent)
    : QWidget(parent),
      scene_(scene),
      overlay_(new QComboBox(this)),
      shown_(new QCheckBox(tr("&Show"), this)),
      outline_(new QCheckBox(tr("Out&line"), this)),
      opacity_(new QSlider(Qt::Horizontal, this)) {
  overlay_->addItems(names);
  overlay_->setAccessibleName(tr("Overlay"));
  shown_->setToolTip(tr("Overlay on or off (S)"));
  outline_->setToolTip(tr("Outlines or filled areas (O)"));
  opacity_->setRange(0, 100);
  opacity_->setAccessibleName(tr("Opacity of the overlay in percent"));
  opacity_->setToolTip(tr("Opacity in percent ([ and ])"));
  errors_ = overlayKey(
      colourPatch(falsePositiveColour(), tr("predicted, not there")) + QLatin1String("<br>") +
          colourPatch(falseNegativeColour(), tr("there, not predicted")) + QLatin1String("<br>") +
          colourPatch(confusionColour(), tr("another class")),
      this);
  QStringList steps;
  for (const double probability : {0.9, 0.7, 0.5})
    steps += colourPatch(QColor(confidenceColour(probability)),
                         tr("%L1 %").arg(std::lround(probability * 100)));
  confidence_ = overlayKey(tr("Probability of the predicted class:") + QLatin1String("<br>") +
                               steps.join(QLatin1String(" &nbsp; ")),
                           this);
  confidence_->setToolTip(tr("Where the model is certain, the image stays as it is."));
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  auto* boxes = new QHBoxLayout;
  boxes->addWidget(shown_);
  boxes->addWidget(outline_);
  boxes->addWidget(opacity_, 1);
  column->addWidget(overlay_);
  column->addLayout(boxes);
  column->addWidget(errors_);
  column->addWidget(confidence_);
  connect(overlay_, &QComboBox::activated, this,
          [this](int kind) { scene_.setOverlay(static_cast<OverlayKind>(kind)); });
  connect(shown_, &QCheckBox::clicked, &scene_, &VolumeScene::setOverlayShown);
  connect(outline_, &QCheckBox::clicked, &scene_, &VolumeScene::setOutline);
  connect(opacity_, &QSlider::valueChanged, this,
          [this](int percent) { scene_.setOpacity(percent / 100.0); });
  connect(&scene_, &VolumeScene::changed, this, &OverlayControls::refresh);
  refresh();
}

void OverlayControls::refresh() {
  const QSignalBlocker quiet(opacity_);
  opacity_->setValue(static_cast<int>(std::lround(scene_.opacity() * 100)));
  shown_->setChecked(scene_.overlayShown());
  outline_->setChecked(scene_.outline());
  outline_->setEnabled(scene_.overlay() != OverlayKind::kConfidence);
  overlay_->setCurrentIndex(static_cast<int>(scene_.overlay()));
  const auto* items = qobject_cast<QStandardItemModel*>(overlay_->model());
  int there = 0;
  for (int kind = 0; kind < overlay_->count(); ++kind) {
    const bool has = scene_.has(static_cast<OverlayKind>(kind));
    items->item(kind)->setEnabled(has);
    there += has ? 1 : 0;
  }
  overlay_->setVisible(there > 1);
  errors_->setVisible(scene_.overlay() == OverlayKind::kError);
  confidence_->setVisible(scene_.overlay() == OverlayKind::kConfidence);
}

}  // namespace warmstart
