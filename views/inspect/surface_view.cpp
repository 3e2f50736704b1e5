#include "views/inspect/surface_view.h"

#include <QContextMenuEvent>
#include <QHBoxLayout>
#include <QMouseEvent>
#include <QPainter>
#include <QPushButton>
#include <QVBoxLayout>
#include <cmath>

#include "views/look/theme.h"

namespace warmstart {
namespace {

constexpr int kSurfaceProgressMilliseconds = 100;
constexpr double kDegreesAPixel = 0.4, kDegreesAKey = 5, kZoomAKey = 1.2;
/// From the front, so far from the side and from above that depth shows and the letters stay
/// single.
constexpr double kYaw = 20, kPitch = 15;

QVector3D toVector(const std::array<float, 3>& a) { return {a[0], a[1], a[2]}; }

}  // namespace

SurfaceView::SurfaceView(VolumeScene& scene, QWidget* parent)
    : QWidget(parent),
      scene_(scene),
      button_(new QPushButton(this)),
      making_([this](const LabelSurfaces& surfaces) { take(surfaces); }) {
  setFocusPolicy(Qt::StrongFocus);
  setMinimumSize(12 * look::kGrid, 12 * look::kGrid);
  setCursor(Qt::OpenHandCursor);
  setAccessibleName(tr("Surfaces of the labels"));
  setToolTip(
      tr("Drag or arrows: turn. Wheel, + and -: zoom. Middle drag: move. Right click: copy or save "
         "the picture."));
  button_->setCursor(Qt::ArrowCursor);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(look::kGrid, look::kGrid, look::kGrid, look::kGrid);
  column->addStretch(1);
  column->addWidget(button_, 0, Qt::AlignRight);
  button_->hide();
  looking_.setInterval(kSurfaceProgressMilliseconds);
  connect(button_, &QPushButton::clicked, this,
          [this] { making_.busy() ? cancel() : start(surfaceWish(scene_)); });
  connect(&looking_, &QTimer::timeout, this, qOverload<>(&QWidget::update));
  connect(&scene, &VolumeScene::changed, this, &SurfaceView::refresh);
  resetCamera();
}

SurfaceView::~SurfaceView() { loading_->stop = true; }

void SurfaceView::resetCamera() {
  camera_ = {.yaw = kYaw, .pitch = kPitch, .zoom = 1, .pan = {}};
  if (!meshes_.empty()) frame_ = frameOf(meshes_);
  update();
}

SurfaceCamera SurfaceView::view() const {
  SurfaceCamera view = camera_;
  // Where it is not known how the patient lay, x runs to the right, as in the planes.
  if (!scene_.image().direction) view.turn(180, 0);
  return view;
}

void SurfaceView::setCamera(const SurfaceCamera& camera) {
  camera_ = camera;
  camera_.turn(0, 0);
  camera_.zoomBy(1);
  update();
}

void SurfaceView::showEvent(QShowEvent*) { refresh(); }

void SurfaceView::hideEvent(QHideEvent*) {
  if (!making_.busy()) return;
  loading_->stop = true;
  wanted_.reset();  // made when it is shown again
}

void SurfaceView::refresh() {
  if (!isVisible()) return;
  if (!renderer_) renderer_ = std::make_unique<SurfaceRenderer>();
  if (!renderer_->works()) return update();
  const SurfaceWish wish = surfaceWish(scene_);
  if (!wanted_ || !(*wanted_ == wish)) start(wish);
  if (colours() != drawn_colours_) renderer_->setColours(drawn_colours_ = colours());
  tell();
}

void SurfaceView::start(const SurfaceWish& wish) {
  if (!wanted_ || !wanted_->sameSpace(wish)) {
    // While the timeline plays, surfaces of the step before are welcome; of another volume not.
    loading_->stop = true;
    setMeshes({});
    frame_.reset();
  }
  wanted_ = wish;
  problem_.clear(), stopped_ = false;
  if (!wish.labels.valid()) {
    loading_->stop = true;
    setMeshes({});
    return tell();
  }
  if (loading_->stop || !making_.busy()) loading_ = std::make_shared<Loading>();
  making_.start([wish, loading = loading_] { return makeSurfaces(wish, *loading); });
  tell();
}

void SurfaceView::cancel() {
  if (!making_.busy()) return;
  loading_->stop = true;
  stopped_ = true;
  tell();
}

void SurfaceView::take(const LabelSurfaces& surfaces) {
  if (!making_.busy()) loading_->share = 0;
  const bool fits = wanted_ && wanted_->labels.valid() && wanted_->sameSpace(surfaces.wish);
  // One that was ready just when it was cancelled is dropped too.
  if (fits && !surfaces.stopped && !stopped_ && (surfaces.problem.isEmpty() || *wanted_ == surfaces.wish)) {
    problem_ = surfaces.problem;
    setMeshes(surfaces.meshes);
  }
  tell();
}

void SurfaceView::setMeshes(const std::vector<LabelMesh>& meshes) {
  if (meshes.empty() && meshes_.empty()) return;
  meshes_ = meshes;
  if (!frame_ && !meshes_.empty()) frame_ = frameOf(meshes_);
  renderer_->setMeshes(meshes_);
  renderer_->setColours(drawn_colours_ = colours());
}

void SurfaceView::tell() {
  const bool busy = making_.busy() && !stopped_;
  const bool again = stopped_ || !problem_.isEmpty();
  busy ? looking_.start() : looking_.stop();
  button_->setVisible(busy || again);
  button_->setText(busy ? tr("&Cancel") : tr("&Make them"));
  update();
}

QString SurfaceView::message() const {
  if (renderer_ && !renderer_->works())
    return tr("The surfaces need OpenGL, which this display does not offer; the planes do not.");
  if (!problem_.isEmpty()) return problem_;
  if (stopped_) return tr("Making the surfaces was stopped.");
  if (wanted_ && !wanted_->labels.valid()) return tr("There are no labels to draw a surface of.");
  if (making_.busy())
    return tr("Making the surfaces, %L1 %").arg(std::lround(100 * loading_->share));
  if (wanted_ && meshes_.empty()) return tr("No voxel has a label here.");
  return {};
}

QRgb SurfaceView::colourOf(int label) const {
  if (scene_.overlay() == OverlayKind::kError) {
    const std::array<QColor, 3> kinds{falsePositiveColour(), falseNegativeColour(),
                                      confusionColour()};
    return kinds.at(static_cast<std::size_t>(std::clamp(label, 1, 3) - 1)).rgba();
  }
  return scene_.labelColour(label);
}

std::vector<QRgb> SurfaceView::colours() const {
  std::vector<QRgb> colours;
  for (const LabelMesh& mesh : meshes_)
    colours.push_back(scene_.overlayShown() ? colourOf(mesh.label) : 0);
  return colours;
}

QVector3D SurfaceView::placed(const std::array<double, 3>& voxel) const {
  const std::array<double, 12> a = placementOf(scene_.image());
  std::array<float, 3> place{};
  for (std::size_t r = 0; r < 3; ++r)
    place[r] =
        static_cast<float>(a[4 * r] * voxel[0] + a[4 * r + 1] * voxel[1] + a[4 * r + 2] * voxel[2]);
  return toVector(place);
}

Sphere SurfaceView::wholeVolume() const {
  const std::array<int, 3>& size = scene_.image().size;
  Sphere whole{placed({(size[0] - 1) / 2.0, (size[1] - 1) / 2.0, (size[2] - 1) / 2.0}), 1e-3F};
  for (int corner = 0; corner < 8; ++corner) {
    const auto end = [&](int axis) {
      return corner >> axis & 1 ? size[static_cast<std::size_t>(axis)] - 0.5 : -0.5;
    };
    whole.radius =
        std::max(whole.radius, whole.centre.distanceToPoint(placed({end(0), end(1), end(2)})));
  }
  return whole;
}

Sphere SurfaceView::frameOf(const std::vector<LabelMesh>& meshes) const {
  QVector3D low(1, 1, 1), high(-1, -1, -1);
  low *= std::numeric_limits<float>::max(), high *= std::numeric_limits<float>::max();
  for (const LabelMesh& mesh : meshes) {
    for (const SurfacePoint& point : mesh.points) {
      for (int r = 0; r < 3; ++r) {
        const float at = point.place.at(static_cast<std::size_t>(r));
        low[r] = std::min(low[r], at), high[r] = std::max(high[r], at);
      }
    }
  }
  return {(low + high) / 2, std::max(1e-3F, (high - low).length() / 2)};
}

std::vector<SurfaceLine> SurfaceView::crosshairLines() const {
  if (!scene_.crosshairShown()) return {};
  const std::array<int, 3>& size = scene_.image().size;
  const Voxel& cursor = scene_.cursor();
  std::vector<SurfaceLine> lines;
  const auto point = [&](std::size_t a, double at_a, std::size_t b, double at_b) {
    std::array<double, 3> voxel{double(cursor[0]), double(cursor[1]), double(cursor[2])};
    voxel[a] = at_a, voxel[b] = at_b;
    return placed(voxel);
  };
  for (std::size_t through = 0; through < 3; ++through) {
    const std::size_t a = (through + 1) % 3, b = (through + 2) % 3;
    const double far_a = size[a] - 0.5, far_b = size[b] - 0.5;
    const std::array<QVector3D, 4> corners{point(a, -0.5, b, -0.5), point(a, far_a, b, -0.5),
                                           point(a, far_a, b, far_b), point(a, -0.5, b, far_b)};
    for (std::size_t i = 0; i < 4; ++i)
      lines.push_back({corners.at(i), corners.at((i + 1) % 4), look::faint().rgba()});
    lines.push_back(
        {point(a, -0.5, b, cursor[b]), point(a, far_a, b, cursor[b]), look::accent().rgba()});
  }
  return lines;
}

SurfacePicture SurfaceView::picture(double scale) const {
  const Sphere whole = wholeVolume();
  SurfacePicture picture;
  picture.pixels = size() * scale;
  picture.line_width = scale;
  picture.to_clip = view().toClip(frame_.value_or(whole), whole, size());
  picture.towards_viewer = view().towardsViewer();
  picture.background = palette().color(QPalette::Base).rgb();
  picture.opacity = scene_.opacity();
  picture.lines = crosshairLines();
  return picture;
}

QPointF SurfaceView::placeOf(const Voxel& voxel) const {
  const Sphere whole = wholeVolume();
  const QVector3D at = camera_.toClip(frame_.value_or(whole), whole, size())
                           .map(placed({double(voxel[0]), double(voxel[1]), double(voxel[2])}));
  return {(1 + at.x()) * width() / 2, (1 - at.y()) * height() / 2};
}

std::array<QString, 4> SurfaceView::edgeLetters() const {
  if (!scene_.image().direction) return {};
  const auto letters = [](const QVector3D& to) {
    return QString::fromStdString(patientLetters({to.x(), to.y(), to.z()}));
  };
  const QVector3D right = view().right(), up = view().up();
  return {letters(-right), letters(up), letters(right), letters(-up)};
}

void SurfaceView::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  draw(painter, devicePixelRatioF());
  if (hasFocus()) {
    painter.setPen(QPen(look::accent(), 2));
    painter.drawRect(QRectF(rect()).adjusted(1, 1, -1, -1));
  }
}

QImage SurfaceView::image(double scale) const {
  QImage image(size() * scale, QImage::Format_RGB32);
  QPainter painter(&image);
  painter.setFont(font());
  painter.scale(scale, scale);
  draw(painter, scale);
  return image;
}

void SurfaceView::draw(QPainter& painter, double scale) const {
  painter.fillRect(rect(), palette().color(QPalette::Base));
  painter.setPen(palette().color(QPalette::Text));
  if (scene_.image().valid() && renderer_ && renderer_->works()) {
    const QImage drawn = renderer_->draw(picture(scale));
    painter.drawImage(QRectF(rect()), drawn);
    if (scene_.crosshairShown()) drawCursor(painter);
    drawLetters(painter);
  }
  const QRect room = rect().adjusted(look::kGrid, look::kGrid, -look::kGrid, -look::kGrid);
  const bool beside = !meshes_.empty() && problem_.isEmpty() && !stopped_;
  const int flags = beside ? Qt::AlignLeft | Qt::AlignBottom : Qt::AlignCenter;
  painter.setPen(palette().color(QPalette::Text));
  painter.drawText(room, flags | Qt::TextWordWrap, message());
}

void SurfaceView::drawCursor(QPainter& painter) const {
  // Seen through the surfaces too.
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setPen(QPen(look::accent(), 2));
  painter.drawEllipse(placeOf(scene_.cursor()), look::kGrid / 2, look::kGrid / 2);
}

void SurfaceView::drawLetters(QPainter& painter) const {
  const QRect room = rect().adjusted(look::kGrid, look::kGrid / 2, -look::kGrid, -look::kGrid / 2);
  constexpr std::array<Qt::Alignment, 4> kPlaces{
      Qt::AlignLeft | Qt::AlignVCenter, Qt::AlignTop | Qt::AlignHCenter,
      Qt::AlignRight | Qt::AlignVCenter, Qt::AlignBottom | Qt::AlignHCenter};
  const std::array<QString, 4> letters = edgeLetters();
  painter.setPen(palette().color(QPalette::Text));
  for (std::size_t i = 0; i < letters.size(); ++i)
    painter.drawText(room, static_cast<int>(kPlaces.at(i)), letters.at(i));
}

void SurfaceView::wheelEvent(QWheelEvent* event) {
  camera_.zoomBy(std::pow(kZoomAKey, event->angleDelta().y() / 120.0));
  update();
  event->accept();
}

void SurfaceView::mousePressEvent(QMouseEvent* event) { pressed_ = event->position(); }

void SurfaceView::mouseMoveEvent(QMouseEvent* event) {
  const QPointF moved = event->position() - pressed_;
  pressed_ = event->position();
  if (event->buttons() & Qt::LeftButton)
    camera_.turn(kDegreesAPixel * moved.x(), kDegreesAPixel * moved.y());
  if (event->buttons() & Qt::MiddleButton) camera_.pan += moved;
  update();
}

void SurfaceView::contextMenuEvent(QContextMenuEvent* event) {
  emit menuWanted(event->globalPos());
  event->accept();
}

bool SurfaceView::turnByKey(int key) {
  switch (key) {
    case Qt::Key_Left:
      return camera_.turn(-kDegreesAKey, 0), true;
    case Qt::Key_Right:
      return camera_.turn(kDegreesAKey, 0), true;
    case Qt::Key_Up:
      return camera_.turn(0, -kDegreesAKey), true;
    case Qt::Key_Down:
      return camera_.turn(0, kDegreesAKey), true;
    case Qt::Key_Plus:
    case Qt::Key_Equal:
      return camera_.zoomBy(kZoomAKey), true;
    case Qt::Key_Minus:
      return camera_.zoomBy(1 / kZoomAKey), true;
    default:
      return false;
  }
}

void SurfaceView::keyPressEvent(QKeyEvent* event) {
  if (event->key() == Qt::Key_Escape && making_.busy()) return cancel();
  if (!turnByKey(event->key())) return QWidget::keyPressEvent(event);
  update();
}

bool SurfaceView::event(QEvent* event) {
  if (event->type() == QEvent::PaletteChange) update();
  return QWidget::event(event);
}

}  // namespace warmstart
