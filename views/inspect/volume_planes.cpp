#include "views/inspect/volume_planes.h"

#include <QEvent>
#include <QGridLayout>
#include <QPainter>

#include "views/look/theme.h"

namespace warmstart {

VolumePlanes::VolumePlanes(QWidget* parent) : QWidget(parent), grid_(new QGridLayout(this)) {
  grid_->setContentsMargins(0, 0, 0, 0);
  grid_->setSpacing(2);
  for (const Plane plane : {Plane::kAxial, Plane::kCoronal, Plane::kSagittal}) {
    auto* view = new PlaneView(scene_, plane, this);
    view->installEventFilter(this);
    connect(view, &PlaneView::menuWanted, this, &VolumePlanes::menuWanted);
    planes_.at(static_cast<std::size_t>(plane)) = view;
  }
  chosen_ = planes_[0];
  connect(&scene_, &VolumeScene::changed, this, [this] {
    const bool flat = scene_.image().valid() && scene_.image().size[2] == 1;
    if (flat == two_dimensional_) return;
    two_dimensional_ = flat;
    arrange();
  });
  arrange();
}

bool VolumePlanes::eventFilter(QObject* watched, QEvent* event) {
  if (event->type() == QEvent::FocusIn) chosen_ = static_cast<PlaneView*>(watched);
  return QWidget::eventFilter(watched, event);
}

void VolumePlanes::setSide(QWidget* side) {
  side_ = side;
  arrange();
}

void VolumePlanes::setLayoutNumber(int number) {
  layout_number_ = std::clamp(number, 1, 4);
  arrange();
}

void VolumePlanes::arrange() {
  const int shown = two_dimensional_ ? 2 : layout_number_;
  const bool all = shown == 1;
  for (int i = 0; i < 3; ++i) {
    PlaneView* plane = planes_.at(static_cast<std::size_t>(i));
    grid_->removeWidget(plane);
    plane->setVisible(all || shown == i + 2);
  }
  if (all) {
    grid_->addWidget(planes_[0], 0, 0);
    grid_->addWidget(planes_[2], 0, 1);
    grid_->addWidget(planes_[1], 1, 0);
  } else {
    grid_->addWidget(planes_.at(static_cast<std::size_t>(shown - 2)), 0, 0, 2, 1);
  }
  if (side_) {
    grid_->removeWidget(side_);
    grid_->addWidget(side_, all ? 1 : 0, 1, all ? 1 : 2, 1);
  }
  grid_->setColumnStretch(0, 1);
  grid_->setColumnStretch(1, all ? 1 : 0);
  grid_->setRowStretch(0, 1);
  grid_->setRowStretch(1, 1);
}

void VolumePlanes::resetView() {
  for (PlaneView* plane : planes_) plane->resetZoom();
  scene_.reset();
}

PlaneView* VolumePlanes::chosenPlane() const {
  if (!chosen_->isHidden()) return chosen_;
  for (PlaneView* plane : planes_) {
    if (!plane->isHidden()) return plane;
  }
  return chosen_;
}

QVariantMap VolumePlanes::state() const {
  QVariantMap state = scene_.state();
  state[QStringLiteral("layout")] = layout_number_;
  QVariantList zooms;
  for (const PlaneView* plane : planes_) zooms << plane->zoom() << plane->pan();
  state[QStringLiteral("zooms")] = zooms;
  return state;
}

void VolumePlanes::setState(const QVariantMap& state) {
  scene_.setState(state);
  setLayoutNumber(state.value(QStringLiteral("layout"), layout_number_).toInt());
  const QVariantList zooms = state.value(QStringLiteral("zooms")).toList();
  for (int i = 0; zooms.size() == 6 && i < 3; ++i)
    planes_.at(static_cast<std::size_t>(i))
        ->setZoom(zooms[2 * i].toDouble(), zooms[2 * i + 1].toPointF());
}

}  // namespace warmstart
