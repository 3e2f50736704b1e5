#include "views/pathway/pathway_map.h"

#include <QHelpEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>
#include <map>
#include <numeric>
#include <tuple>

#include "views/look/theme.h"
#include "views/pathway/group_colours.h"

namespace warmstart {
namespace {

constexpr double kNodeWidth = 1.75 * look::kGrid, kMapTop = 3 * look::kGrid,
                 kMapSide = 2 * look::kGrid;

QPainterPath ribbonPath(const QRectF& from, const QRectF& to) {
  const double middle = (from.right() + to.left()) / 2;
  QPainterPath path(from.topRight());
  path.cubicTo({middle, from.top()}, {middle, to.top()}, to.topLeft());
  path.lineTo(to.bottomLeft());
  path.cubicTo({middle, to.bottom()}, {middle, from.bottom()}, from.bottomRight());
  path.closeSubpath();
  return path;
}

std::size_t heaviest(const Pathway& pathway, std::size_t layer) {
  return pathway.layers[layer].empty() ? 0 : pathway.layers[layer].front();
}

}  // namespace

QColor firstSampleColour() {
  return look::dark() ? QColor(0xff, 0xff, 0xff) : QColor(0x11, 0x11, 0x11);
}
QColor secondSampleColour() { return QColor(0xd5, 0x5e, 0x00); }

PathwayMap::PathwayMap(QWidget* parent)
    : QWidget(parent), drawing_([this](const QImage& picture) {
        picture_ = picture;
        update();
      }) {
  setMinimumSize(28 * look::kGrid, 20 * look::kGrid);
  setAccessibleName(tr("Pathways through the experts"));
  setToolTip(tr("Click a ribbon to choose a sample, with Ctrl to compare a second one"));
}

QSize PathwayMap::sizeHint() const { return {48 * look::kGrid, 40 * look::kGrid}; }

void PathwayMap::setScene(const PathwayScenePtr& scene, const SampleCoursePtr& memorized) {
  scene_ = scene;
  memorized_ = memorized;
  gatherRibbons();
  layOut();
}

void PathwayMap::setGroup(std::optional<std::int64_t> group) {
  group_ = group;
  drawAgain();
}

void PathwayMap::setChosen(int first, int second) {
  first_ = first, second_ = second;
  update();
}

void PathwayMap::gatherRibbons() {
  using Key = std::tuple<std::size_t, std::size_t, std::size_t, std::int64_t, std::int64_t>;
  std::map<Key, std::vector<int>> found;
  const StepPathways& step = scene_->step;
  for (std::size_t i = 0; i < step.pathways.size(); ++i) {
    for (std::size_t layer = 0; layer + 1 < scene_->record.layers; ++layer) {
      found[{layer, heaviest(step.pathways[i], layer), heaviest(step.pathways[i], layer + 1),
             step.groups[i], memorized_ ? memorized_->memorized_at[i] : 0}]
          .push_back(static_cast<int>(i));
    }
  }
  ribbons_.clear();
  for (auto& [key, samples] : found) {
    const auto [layer, from, to, group, memorized_at] = key;
    ribbons_.push_back({layer, from, to, group, memorized_at, std::move(samples), {}});
  }
}

QColor PathwayMap::colourOf(const Ribbon& ribbon) const {
  return memorized_ ? memorizedColour(memorized_->times, ribbon.memorized_at)
                    : groupColour(scene_->group_names, ribbon.group);
}

QString PathwayMap::textOf(const Ribbon& ribbon) const {
  const QString text = tr("%L1 samples of group %2: expert %3 of layer %4, then expert %5")
                           .arg(ribbon.samples.size())
                           .arg(ribbon.group)
                           .arg(ribbon.from)
                           .arg(ribbon.layer + 1)
                           .arg(ribbon.to);
  if (!memorized_) return text;
  return ribbon.memorized_at < 0
             ? tr("%1; never memorized").arg(text)
             : tr("%1; memorized at step %L2").arg(text).arg(ribbon.memorized_at);
}

void PathwayMap::layOut() {
  nodes_.clear();
  drawAgain();
  if (!scene_) return;
  const std::size_t layers = scene_->record.layers, experts = scene_->record.experts;
  const double gap = experts > 16 ? 2 : look::kGrid / 2.0;
  const double room =
      std::max(1.0, height() - kMapTop - look::kGrid - gap * static_cast<double>(experts - 1));
  const double step =
      layers < 2 ? 0 : (width() - 2 * kMapSide - kNodeWidth) / static_cast<double>(layers - 1);
  for (std::size_t layer = 0; layer < layers; ++layer) {
    double y = kMapTop;
    std::vector<QRectF>& column = nodes_.emplace_back();
    for (std::size_t k = 0; k < experts; ++k) {
      const double tall = room * scene_->step.load[layer * experts + k];
      column.emplace_back(kMapSide + step * static_cast<double>(layer), y, kNodeWidth, tall);
      y += tall + gap;
    }
  }
  for (std::size_t layer = 0; layer + 1 < layers; ++layer) stack(layer);
}

/// Ribbons fill the nodes at both ends: on the left by where they go, on the right by where they
/// come from, by group within.
void PathwayMap::stack(std::size_t layer) {
  const std::size_t experts = scene_->record.experts;
  std::vector<double> leaving(experts), arriving(experts);
  std::vector<Ribbon*> here;
  for (Ribbon& ribbon : ribbons_) {
    if (ribbon.layer != layer) continue;
    here.push_back(&ribbon);
    leaving[ribbon.from] += static_cast<double>(ribbon.samples.size());
    arriving[ribbon.to] += static_cast<double>(ribbon.samples.size());
  }
  std::vector<double> out(experts), in(experts);
  for (Ribbon* ribbon : here) {
    const auto count = static_cast<double>(ribbon->samples.size());
    const QRectF &from = nodes_[layer][ribbon->from], &to = nodes_[layer + 1][ribbon->to];
    const double tall = from.height() * count / leaving[ribbon->from];
    const double wide = to.height() * count / arriving[ribbon->to];
    const QRectF begin(from.left(), from.top() + out[ribbon->from], from.width(), tall);
    const QRectF end(to.left(), to.top() + in[ribbon->to], to.width(), wide);
    out[ribbon->from] += tall;
    in[ribbon->to] += wide;
    ribbon->path = ribbonPath(begin, end);
  }
}

QRectF PathwayMap::nodeOf(std::size_t layer, std::size_t expert) const {
  return nodes_.at(layer).at(expert);
}

QPointF PathwayMap::placeOf(int sample, std::size_t layer) const {
  for (const Ribbon& ribbon : ribbons_) {
    if (ribbon.layer == layer &&
        std::find(ribbon.samples.begin(), ribbon.samples.end(), sample) != ribbon.samples.end())
      return ribbon.path.boundingRect().isEmpty()
                 ? QPointF()
                 : (ribbon.path.pointAtPercent(0.01) +
                    QPointF(1, nodes_[layer][ribbon.from].height() /
                                   static_cast<double>(scene_->step.pathways.size()) / 2));
  }
  return {};
}

const PathwayMap::Ribbon* PathwayMap::ribbonAt(const QPointF& place) const {
  for (const Ribbon& ribbon : ribbons_) {
    const bool shown = !group_ || ribbon.group == *group_;
    if (shown && ribbon.path.contains(place)) return &ribbon;
  }
  return nullptr;
}

bool PathwayMap::settled() const { return !isVisible() || (!stale_ && !drawing_.busy()); }

void PathwayMap::drawAgain() {
  stale_ = scene_ != nullptr;
  update();
}

void PathwayMap::startDrawing() {
  stale_ = false;
  std::vector<std::pair<QPainterPath, QColor>> shapes;
  for (const bool coloured : {false, true}) {  // what is chosen lies over what is not
    for (const Ribbon& ribbon : ribbons_) {
      if (coloured != (!group_ || ribbon.group == *group_)) continue;
      QColor colour = coloured ? colourOf(ribbon) : look::faint();
      colour.setAlpha(coloured ? (group_ ? 230 : 150) : 28);
      // A copy of its own: paths keep their bounds in what copies share.
      shapes.emplace_back(QPainterPath(), colour);
      shapes.back().first.addPath(ribbon.path);
    }
  }
  drawing_.start([shapes = std::move(shapes), pixels = size() * devicePixelRatioF(),
                  ratio = devicePixelRatioF()] {
    QImage picture(pixels, QImage::Format_ARGB32_Premultiplied);
    picture.setDevicePixelRatio(ratio);
    picture.fill(Qt::transparent);
    QPainter painter(&picture);
    painter.setRenderHint(QPainter::Antialiasing);
    for (const auto& [path, colour] : shapes) painter.fillPath(path, colour);
    return picture;
  });
}

void PathwayMap::drawNodes(QPainter& painter) const {
  const QColor text = palette().color(QPalette::WindowText);
  for (std::size_t layer = 0; layer < nodes_.size(); ++layer) {
    const bool last = layer > 0 && layer + 1 == nodes_.size();
    const QRectF column = nodes_[layer].front();
    const double left = layer == 0 ? 2 : last ? width() - 2 - 80 : column.center().x() - 40;
    painter.setPen(look::faint());
    painter.drawText(
        QRectF(left, 2, 80, kMapTop - 4),
        Qt::AlignVCenter | (layer == 0 ? Qt::AlignLeft
                            : last     ? Qt::AlignRight
                                       : Qt::AlignHCenter),
        nodes_.size() <= 8 ? tr("Layer %1").arg(layer + 1) : QString::number(layer + 1));
    for (std::size_t k = 0; k < nodes_[layer].size(); ++k) {
      const QRectF& node = nodes_[layer][k];
      painter.setPen(QPen(look::line(), 1));
      painter.setBrush(palette().color(QPalette::Button));
      painter.drawRoundedRect(node, 3, 3);
      if (node.height() < painter.fontMetrics().height() - 3) continue;
      painter.setPen(text);
      painter.drawText(node, Qt::AlignCenter, QString::number(k));
    }
  }
}

void PathwayMap::drawPathway(QPainter& painter, int sample, const QColor& colour,
                             bool dashed) const {
  if (sample < 0 || sample >= static_cast<int>(scene_->step.pathways.size())) return;
  const Pathway& pathway = scene_->step.pathways[static_cast<std::size_t>(sample)];
  QPainterPath line;
  painter.setBrush(Qt::NoBrush);
  for (std::size_t layer = 0; layer < nodes_.size(); ++layer) {
    for (std::size_t place = 0; place < pathway.layers[layer].size(); ++place) {
      const QRectF& node = nodes_[layer][pathway.layers[layer][place]];
      painter.setPen(QPen(colour, place == 0 ? 2.5 : 1.25, dashed ? Qt::DashLine : Qt::SolidLine));
      painter.drawRoundedRect(node.adjusted(-2, 0, 2, 0), 3, 3);
      if (place > 0) continue;
      const QPointF at = node.center();
      if (layer == 0) {
        line.moveTo(at);
      } else {
        const double middle = (line.currentPosition().x() + at.x()) / 2;
        line.cubicTo({middle, line.currentPosition().y()}, {middle, at.y()}, at);
      }
    }
  }
  painter.setPen(QPen(colour, 2.5, dashed ? Qt::DashLine : Qt::SolidLine));
  painter.drawPath(line);
}

void PathwayMap::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  if (!scene_) return;
  if (stale_) startDrawing();
  if (!picture_.isNull()) painter.drawImage(rect(), picture_);
  painter.setRenderHint(QPainter::Antialiasing);
  drawNodes(painter);
  drawPathway(painter, second_, secondSampleColour(), true);
  drawPathway(painter, first_, firstSampleColour(), false);
}

void PathwayMap::resizeEvent(QResizeEvent*) { layOut(); }

void PathwayMap::changeEvent(QEvent* event) {
  if (event->type() == QEvent::PaletteChange) drawAgain();
  QWidget::changeEvent(event);
}

/// Repeated clicks go through the samples of the ribbon.
void PathwayMap::mousePressEvent(QMouseEvent* event) {
  const Ribbon* ribbon = scene_ ? ribbonAt(event->position()) : nullptr;
  if (ribbon == nullptr) return;
  const bool second = event->modifiers().testFlag(Qt::ControlModifier);
  const auto known =
      std::find(ribbon->samples.begin(), ribbon->samples.end(), second ? second_ : first_);
  const bool next = known != ribbon->samples.end() && known + 1 != ribbon->samples.end();
  emit sampleClicked(next ? *(known + 1) : ribbon->samples.front(), second);
}

bool PathwayMap::event(QEvent* event) {
  if (event->type() != QEvent::ToolTip || !scene_) return QWidget::event(event);
  const auto* help = static_cast<QHelpEvent*>(event);
  if (const Ribbon* ribbon = ribbonAt(help->pos())) {
    QToolTip::showText(help->globalPos(), textOf(*ribbon), this);
    return true;
  }
  for (std::size_t layer = 0; layer < nodes_.size(); ++layer) {
    for (std::size_t k = 0; k < nodes_[layer].size(); ++k) {
      if (!nodes_[layer][k].contains(help->pos())) continue;
      const std::size_t at = layer * scene_->record.experts + k;
      QToolTip::showText(help->globalPos(),
                         tr("Layer %1, expert %2: mean weight %3, receives %4 % of the tokens")
                             .arg(layer + 1)
                             .arg(k)
                             .arg(scene_->step.load[at], 0, 'f', 3)
                             .arg(100 * scene_->record.load[at], 0, 'f', 1),
                         this);
      return true;
    }
  }
  return QWidget::event(event);
}

}  // namespace warmstart
