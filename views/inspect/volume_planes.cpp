#include "views/inspect/volume_planes.h"

#include <QEvent>
#include <QGridLayout>
#include <QPainter>

#include "views/look/theme.h"

namespace warmstart {

VolumePlanes::VolumePlanes(QWidget* parent)
    : QWidget(parent), surface_(new SurfaceView(scene_, this)), grid_(new QGridLayout(this)) {
  grid_->setContentsMargins(0, 0, 0, 0);
  grid_->setSpacing(2);
  for (const Plane plane : {Plane::kAxial, Plane::kCoronal, Plane::kSagittal}) {
    auto* view = new PlaneView(scene_, plane, this);
    view->installEventFilter(this);
    connect(view, &PlaneView::menuWanted, this, &VolumePlanes::menuWanted);
    planes_.at(static_cast<std::size_t>(plane)) = view;
  }
  surface_->installEventFilter(this);
  connect(surface_, &SurfaceView::menuWanted, this, &VolumePlanes::menuWanted);
  setTabOrder(planes_[2], surface_);
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
  if (event->type() == QEvent::FocusIn) chosen_ = static_cast<QWidget*>(watched);
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

void VolumePlanes::setSurfaceShown(bool shown) {
  surface_shown_ = shown;
  arrange();
}

void VolumePlanes::arrange() {
  const int shown = two_dimensional_ ? 2 : layout_number_;
  const bool all = shown == 1, surface = surface_shown_ && !two_dimensional_;
  for (int i = 0; i < 3; ++i) {
    PlaneView* plane = planes_.at(static_cast<std::size_t>(i));
    grid_->removeWidget(plane);
    plane->setVisible(all || shown == i + 2);
  }
  grid_->removeWidget(surface_);
  if (all) {
    grid_->addWidget(planes_[0], 0, 0);
    grid_->addWidget(planes_[2], 0, 1);
    grid_->addWidget(planes_[1], 1, 0);
  } else {
    grid_->addWidget(planes_.at(static_cast<std::size_t>(shown - 2)), 0, 0, 2, 1);
  }
  if (surface) grid_->addWidget(surface_, all ? 1 : 0, 1, all ? 1 : 2, 1);
  surface_->setVisible(surface);
  if (side_) {
    grid_->removeWidget(side_);
    const bool corner = all && !surface;
    grid_->addWidget(side_, corner ? 1 : 0, surface ? 2 : 1, corner ? 1 : 2, 1);
  }
  grid_->setColumnStretch(0, 1);
  grid_->setColumnStretch(1, all || surface ? 1 : 0);
  grid_->setRowStretch(0, 1);
  grid_->setRowStretch(1, 1);
}

void VolumePlanes::resetView() {
  for (PlaneView* plane : planes_) plane->resetZoom();
  surface_->resetCamera();
  scene_.reset();
}

QWidget* VolumePlanes::chosenPane() const {
  if (!chosen_->isHidden()) return chosen_;
  for (PlaneView* plane : planes_) {
    if (!plane->isHidden()) return plane;
  }
  return chosen_;
}

QImage VolumePlanes::picture(double scale) const {
  const QWidget* pane = chosenPane();
  if (pane == surface_) return surface_->image(scale);
  return static_cast<const PlaneView*>(pane)->image(scale);
}

QVariantMap VolumePlanes::state() const {
  QVariantMap state = scene_.state();
  state[QStringLiteral("layout")] = layout_number_;
  QVariantList zooms;
  for (const PlaneView* plane : planes_) zooms << plane->zoom() << plane->pan();
  state[QStringLiteral("zooms")] = zooms;
  state[QStringLiteral("surface")] = surface_shown_;
  const SurfaceCamera& camera = surface_->camera();
  state[QStringLiteral("camera")] = QVariantList{camera.yaw, camera.pitch, camera.zoom, camera.pan};
  return state;
}

void VolumePlanes::setState(const QVariantMap& state) {
  scene_.setState(state);
  setLayoutNumber(state.value(QStringLiteral("layout"), layout_number_).toInt());
  const QVariantList zooms = state.value(QStringLiteral("zooms")).toList();
  for (int i = 0; zooms.size() == 6 && i < 3; ++i)
    planes_.at(static_cast<std::size_t>(i))
        ->setZoom(zooms[2 * i].toDouble(), zooms[2 * i + 1].toPointF());
  setSurfaceShown(state.value(QStringLiteral("surface"), surface_shown_).toBool());
  const QVariantList camera = state.value(QStringLiteral("camera")).toList();
  if (camera.size() == 4)
    surface_->setCamera({.yaw = camera[0].toDouble(),
                         .pitch = camera[1].toDouble(),
                         .zoom = camera[2].toDouble(),
                         .pan = camera[3].toPointF()});
}

}  // namespace warmstart
