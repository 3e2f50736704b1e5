#include "views/inspect/plane_view.h"

#include <QContextMenuEvent>
#include <QMouseEvent>
#include <QPainter>
#include <cmath>

#include "views/look/theme.h"

namespace warmstart {
namespace {

std::size_t place(int axis) { return static_cast<std::size_t>(axis); }

/// With a dark edge, so that it can be read on any grey.
void drawEdged(QPainter& painter, const QRect& room, int flags, const QString& text) {
  const QPen pen = painter.pen();
  painter.setPen(QColor(0, 0, 0, 170));
  for (const QPoint& by : {QPoint(-1, 0), QPoint(1, 0), QPoint(0, -1), QPoint(0, 1)})
    painter.drawText(room.translated(by), flags, text);
  painter.setPen(pen);
  painter.drawText(room, flags, text);
}

/// 1, 2 or 5 times a power of ten, at most `most`.
double roundLength(double most) {
  const double power = std::pow(10, std::floor(std::log10(most)));
  for (const double factor : {5.0, 2.0}) {
    if (factor * power <= most) return factor * power;
  }
  return power;
}

}  // namespace

QString planeName(Plane plane) {
  switch (plane) {
    case Plane::kAxial:
      return PlaneView::tr("z");
    case Plane::kCoronal:
      return PlaneView::tr("y");
    case Plane::kSagittal:
      return PlaneView::tr("x");
  }
  return {};
}

PlaneView::PlaneView(VolumeScene& scene, Plane plane, QWidget* parent)
    : QWidget(parent), scene_(scene), plane_(plane) {
  setFocusPolicy(Qt::StrongFocus);
  setMinimumSize(12 * look::kGrid, 12 * look::kGrid);
  setCursor(Qt::CrossCursor);
  setAccessibleName(tr("Plane of constant %1").arg(planeName(plane)));
  setToolTip(
      tr("Drag: crosshair. Wheel: slice. Ctrl+wheel: zoom. Middle drag: pan. Right drag: "
         "grey window. Right click: copy or save the picture."));
  connect(&scene, &VolumeScene::changed, this, qOverload<>(&QWidget::update));
}

QSizeF PlaneView::voxelPixels() const {
  const Volume& image = scene_.image();
  const std::size_t across = place(acrossAxis(plane_)), down = place(downAxis(plane_));
  const double wide = image.spacing[across], high = image.spacing[down];
  const double room = 2.0 * look::kGrid;
  const double fit = std::min((width() - room) / (wide * image.size[across]),
                              (height() - room) / (high * image.size[down]));
  return QSizeF(wide, high) * std::max(fit, 1e-3) * zoom_;
}

QRectF PlaneView::frame() const {
  const QSizeF pixels = voxelPixels();
  QRectF frame(0, 0, pixels.width() * scene_.image().size[place(acrossAxis(plane_))],
               pixels.height() * scene_.image().size[place(downAxis(plane_))]);
  frame.moveCenter(QRectF(rect()).center() + pan_);
  return frame;
}

int PlaneView::columnOf(int across) const {
  const bool mirrored = scene_.radiological() && acrossAxis(plane_) == 0;
  return mirrored ? scene_.image().size[0] - 1 - across : across;
}

int PlaneView::rowOf(int down) const {
  return scene_.image().upward ? scene_.image().size[place(downAxis(plane_))] - 1 - down : down;
}

QPointF PlaneView::placeOf(const Voxel& voxel) const {
  const QSizeF pixels = voxelPixels();
  return frame().topLeft() +
         QPointF((columnOf(voxel[place(acrossAxis(plane_))]) + 0.5) * pixels.width(),
                 (rowOf(voxel[place(downAxis(plane_))]) + 0.5) * pixels.height());
}

Voxel PlaneView::voxelAt(const QPointF& at) const {
  const QSizeF pixels = voxelPixels();
  const QPointF inside = at - frame().topLeft();
  Voxel voxel = scene_.cursor();
  // Mirroring is its own inverse.
  voxel[place(acrossAxis(plane_))] =
      columnOf(static_cast<int>(std::floor(inside.x() / pixels.width())));
  voxel[place(downAxis(plane_))] =
      rowOf(static_cast<int>(std::floor(inside.y() / pixels.height())));
  return voxel;
}

void PlaneView::setPlane(Plane plane) {
  plane_ = plane;
  resetZoom();
}

void PlaneView::resetZoom() {
  zoom_ = 1, pan_ = {};
  update();
}

void PlaneView::step(int slices) {
  Voxel voxel = scene_.cursor();
  voxel[place(throughAxis(plane_))] += slices;
  scene_.setCursor(voxel);
}

void PlaneView::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  draw(painter);
  if (hasFocus() && scene_.image().valid()) {
    painter.setPen(QPen(look::accent(), 2));
    painter.drawRect(QRectF(rect()).adjusted(1, 1, -1, -1));
  }
}

void PlaneView::draw(QPainter& painter) const {
  painter.fillRect(rect(), Qt::black);
  if (!scene_.image().valid()) return;
  painter.drawImage(frame(), scene_.picture(plane_));
  if (scene_.crosshairShown()) drawCrosshair(painter);
  drawLetters(painter);
  drawTexts(painter);
}

QImage PlaneView::image(double scale) const {
  QImage image(size() * scale, QImage::Format_RGB32);
  QPainter painter(&image);
  painter.setFont(font());
  painter.scale(scale, scale);
  draw(painter);
  return image;
}

void PlaneView::setZoom(double zoom, const QPointF& pan) {
  zoom_ = std::clamp(zoom, 0.25, 64.0), pan_ = pan;
  update();
}

std::array<QString, 4> PlaneView::edgeLetters() const {
  const Volume& image = scene_.image();
  if (!image.direction) return {};
  const auto letters = [&](int axis, bool against) {
    std::array<double, 3> direction = (*image.direction)[place(axis)];
    for (double& part : direction) part = against ? -part : part;
    return QString::fromStdString(patientLetters(direction));
  };
  const bool mirrored = columnOf(0) != 0;
  return {letters(acrossAxis(plane_), !mirrored), letters(downAxis(plane_), !image.upward),
          letters(acrossAxis(plane_), mirrored), letters(downAxis(plane_), image.upward)};
}

void PlaneView::drawLetters(QPainter& painter) const {
  const QRect room = rect().adjusted(look::kGrid, look::kGrid / 2, -look::kGrid, -look::kGrid / 2);
  constexpr std::array<Qt::Alignment, 4> kPlaces{
      Qt::AlignLeft | Qt::AlignVCenter, Qt::AlignTop | Qt::AlignHCenter,
      Qt::AlignRight | Qt::AlignVCenter, Qt::AlignBottom | Qt::AlignHCenter};
  const std::array<QString, 4> letters = edgeLetters();
  painter.setPen(QColor(0xff, 0xd1, 0x66));
  for (std::size_t i = 0; i < letters.size(); ++i)
    drawEdged(painter, room, static_cast<int>(kPlaces.at(i)), letters.at(i));
}

void PlaneView::drawCrosshair(QPainter& painter) const {
  // The gap leaves the voxel itself to be seen.
  const QPointF at = placeOf(scene_.cursor());
  const QSizeF pixels = voxelPixels();
  const QRectF all = frame();
  const double x = pixels.width() / 2 + 3, y = pixels.height() / 2 + 3;
  painter.setPen(QPen(QColor(0x5a, 0xd1, 0xff, 190), 1));
  painter.drawLine(QPointF(all.left(), at.y()), QPointF(at.x() - x, at.y()));
  painter.drawLine(QPointF(at.x() + x, at.y()), QPointF(all.right(), at.y()));
  painter.drawLine(QPointF(at.x(), all.top()), QPointF(at.x(), at.y() - y));
  painter.drawLine(QPointF(at.x(), at.y() + y), QPointF(at.x(), all.bottom()));
}

void PlaneView::drawTexts(QPainter& painter) const {
  const Volume& image = scene_.image();
  const std::size_t through = place(throughAxis(plane_));
  const QRect room = rect().adjusted(look::kGrid, look::kGrid / 2, -look::kGrid, -look::kGrid / 2);
  painter.setPen(QColor(0xd8, 0xdc, 0xe2));
  drawEdged(painter, room, Qt::AlignTop | Qt::AlignLeft,
            tr("%1 %2 / %3")
                .arg(planeName(plane_))
                .arg(scene_.cursor()[through] + 1)
                .arg(image.size[through]));
  if (!image.millimetres) return;
  const std::size_t across = place(acrossAxis(plane_));
  const double pixels_per_mm = voxelPixels().width() / image.spacing[across];
  const double length = roundLength(width() / 4.0 / pixels_per_mm);
  const QPointF right(room.right(), room.bottom() - 2);
  drawEdged(painter, room.adjusted(0, 0, 0, -look::kGrid), Qt::AlignBottom | Qt::AlignRight,
            tr("%L1 mm").arg(length));
  painter.setPen(QPen(QColor(0xd8, 0xdc, 0xe2), 2));
  painter.drawLine(right, right - QPointF(length * pixels_per_mm, 0));
}

void PlaneView::zoomAt(const QPointF& at, double factor) {
  const double before = zoom_;
  zoom_ = std::clamp(zoom_ * factor, 0.25, 64.0);
  const QPointF from_centre = at - QRectF(rect()).center();
  pan_ = from_centre - (from_centre - pan_) * (zoom_ / before);
  update();
}

void PlaneView::wheelEvent(QWheelEvent* event) {
  const int turns = event->angleDelta().y();
  if (turns == 0) return;
  if (event->modifiers() & Qt::ControlModifier) {
    zoomAt(event->position(), std::pow(1.2, turns / 120.0));
  } else {
    step(turns > 0 ? 1 : -1);
  }
  event->accept();
}

void PlaneView::mousePressEvent(QMouseEvent* event) {
  pressed_ = event->position();
  dragged_ = false;
  if (event->button() == Qt::LeftButton) scene_.setCursor(voxelAt(event->position()));
}

void PlaneView::mouseMoveEvent(QMouseEvent* event) {
  const QPointF moved = event->position() - pressed_;
  pressed_ = event->position();
  dragged_ = true;
  if (event->buttons() & Qt::LeftButton) scene_.setCursor(voxelAt(event->position()));
  if (event->buttons() & Qt::MiddleButton) {
    pan_ += moved;
    update();
  }
  if (event->buttons() & Qt::RightButton) {
    const auto [low, high] = scene_.window();
    const double range = high - low;
    const double centre = (low + high) / 2 + moved.y() / 200 * range;
    const double half = range / 2 * std::exp(moved.x() / 200);
    scene_.setWindow(centre - half, centre + half);
  }
}

void PlaneView::mouseReleaseEvent(QMouseEvent* event) {
  if (event->button() == Qt::RightButton && !dragged_)
    emit menuWanted(event->globalPosition().toPoint());
}

void PlaneView::contextMenuEvent(QContextMenuEvent* event) {
  // The right button also drags the grey window: its menu comes when it is let go.
  if (event->reason() == QContextMenuEvent::Keyboard) emit menuWanted(event->globalPos());
  event->accept();
}

void PlaneView::keyPressEvent(QKeyEvent* event) {
  switch (event->key()) {
    case Qt::Key_PageUp:
    case Qt::Key_Up:
      return step(1);
    case Qt::Key_PageDown:
    case Qt::Key_Down:
      return step(-1);
    default:
      return QWidget::keyPressEvent(event);
  }
}

}  // namespace warmstart
