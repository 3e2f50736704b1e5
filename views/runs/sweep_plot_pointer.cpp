// How points of a SweepPlot are read: by the pointer and by keys.
#include <algorithm>
#include <cmath>

#include "views/runs/run_words.h"
#include "views/runs/sweep_plot.h"

namespace warmstart {
namespace {

constexpr double kNearPoint = 24;  ///< pixels from the pointer

}  // namespace

std::vector<SweepPlot::Place> SweepPlot::places() const {
  std::vector<Place> all;
  for (std::size_t i = 0; i < lines_.size(); ++i) {
    if (hidden(i) || lines_[i].level) continue;
    for (std::size_t k = 0; k < lines_[i].points.size(); ++k) all.push_back({i, k});
  }
  std::stable_sort(all.begin(), all.end(), [this](const Place& a, const Place& b) {
    return lines_[a.line].points[a.point].x < lines_[b.line].points[b.point].x;
  });
  return all;
}

std::optional<SweepPlot::Place> SweepPlot::nearest(const QPoint& at) const {
  std::optional<Place> found;
  double least = kNearPoint;
  for (const Place& place : places()) {
    const SweepPoint& point = lines_[place.line].points[place.point];
    const double apart =
        std::hypot(xAxis->coordToPixel(point.x) - at.x(), yAxis->coordToPixel(point.mean) - at.y());
    if (apart < least) least = apart, found = place;
  }
  return found;
}

QString SweepPlot::textOf(const Place& place) const {
  const SweepLine& line = lines_[place.line];
  const SweepPoint& point = line.points[place.point];
  const auto count = static_cast<int>(point.samples.size());
  QStringList lines{tr("%1 at %L2").arg(line.name).arg(point.x, 0, 'g', 6),
                    tr("%1 (n = %2)")
                        .arg(spreadText(point.mean, count > 1 ? point.deviation : std::nan("")))
                        .arg(count)};
  constexpr int kMostTold = 6;
  for (int i = 0; i < std::min(count, kMostTold); ++i) {
    const SweepSample& sample = *point.samples[static_cast<std::size_t>(i)];
    lines += tr("seed %1: %2").arg(sample.seed).arg(valueText(sample.value));
  }
  if (count > kMostTold) lines += QStringLiteral("...");
  return lines.join(QLatin1Char('\n'));
}

void SweepPlot::read(const std::optional<Place>& place) {
  read_ = place;
  if (place) {
    const SweepPoint& point = lines_[place->line].points[place->point];
    ring_->position->setCoords(point.x, point.mean);
    read_out_->setText(textOf(*place));
  }
  read_out_->setVisible(place.has_value());
  ring_->setVisible(place.has_value());
  layer(QStringLiteral("cursor"))->replot();
}

void SweepPlot::mouseMoveEvent(QMouseEvent* event) {
  QCustomPlot::mouseMoveEvent(event);
  if (event->buttons() == Qt::NoButton) read(nearest(event->pos()));
}

void SweepPlot::mouseDoubleClickEvent(QMouseEvent*) { showAll(); }

void SweepPlot::leaveEvent(QEvent* event) {
  QCustomPlot::leaveEvent(event);
  read(std::nullopt);
}

void SweepPlot::keyPressEvent(QKeyEvent* event) {
  const std::vector<Place> all = places();
  const int step = event->key() == Qt::Key_Right || event->key() == Qt::Key_Down ? 1
                   : event->key() == Qt::Key_Left || event->key() == Qt::Key_Up  ? -1
                                                                                 : 0;
  if (event->key() == Qt::Key_Home) {
    hidden_.clear();
    draw();
    return showAll();
  }
  if (event->key() == Qt::Key_Space && read_) return setHidden(lines_[read_->line].name, true);
  if (step == 0 || all.empty()) return QCustomPlot::keyPressEvent(event);
  const auto now = std::find_if(all.begin(), all.end(), [this](const Place& place) {
    return read_ && place.line == read_->line && place.point == read_->point;
  });
  const auto count = std::ssize(all);
  const auto place = now == all.end() ? (step > 0 ? -1 : count) : now - all.begin();
  read(all[static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(place + step, 0, count - 1))]);
}

}  // namespace warmstart
