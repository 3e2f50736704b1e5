// What the spectrogram canvas draws.
#include <QPainter>
#include <QPainterPath>
#include <algorithm>
#include <cmath>

#include "views/look/theme.h"
#include "views/spectrogram/canvas_places.h"
#include "views/spectrogram/spectrogram_canvas.h"

namespace warmstart {
namespace {

constexpr double kDifferenceRange = 30;  ///< dB on both sides
constexpr int kMostAncestors = 8;        ///< coarser tiles that may stand in for one not yet there

constexpr SceneEvent::Source kEventSources[] = {
    SceneEvent::Source::kLabelled, SceneEvent::Source::kClip, SceneEvent::Source::kHeard};

double roundStep(double rough) {
  const double decade = std::pow(10, std::floor(std::log10(rough)));
  const double lead = rough / decade;
  return decade * (lead > 5 ? 10 : lead > 2 ? 5 : lead > 1 ? 2 : 1);
}

/// Steps of the time axis: 1, 2, 5 of seconds and below, then parts of minutes and hours.
double timeStep(double rough) {
  if (rough <= 5) return roundStep(rough);
  for (const double step : {10.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 900.0, 1800.0}) {
    if (rough <= step) return step;
  }
  return 3600 * std::max(1.0, roundStep(rough / 3600));
}

}  // namespace

QString timeText(double seconds, double step) {
  const int digits = step >= 1 ? 0 : static_cast<int>(std::ceil(-std::log10(step) - 1e-9));
  if (seconds < 60) return QLocale().toString(seconds, 'f', digits);
  const double unit = std::pow(10, digits);
  const double rounded = std::round(seconds * unit) / unit;
  const auto minutes = static_cast<qint64>(rounded / 60);
  QString rest = QLocale().toString(rounded - static_cast<double>(minutes) * 60, 'f', digits);
  if (rounded - static_cast<double>(minutes) * 60 < 10) rest.prepend(QLatin1Char('0'));
  if (minutes < 60) return QStringLiteral("%1:%2").arg(minutes).arg(rest);
  return QStringLiteral("%1:%2:%3")
      .arg(minutes / 60)
      .arg(minutes % 60, 2, 10, QLatin1Char('0'))
      .arg(rest);
}

QString valueText(const SceneLayer& layer, double value) {
  switch (layer.kind) {
    case SceneLayer::Kind::kLevel:
      return SpectrogramCanvas::tr("%L1 dB").arg(value, 0, 'f', 1);
    case SceneLayer::Kind::kDifference:
      return SpectrogramCanvas::tr("difference %L1 dB").arg(value, 0, 'f', 1);
    case SceneLayer::Kind::kMask:
      return SpectrogramCanvas::tr("mask %L1").arg(value, 0, 'f', 3);
    case SceneLayer::Kind::kInput:
      return SpectrogramCanvas::tr("value %L1").arg(value, 0, 'g', 5);
  }
  return {};
}

std::vector<int> SpectrogramCanvas::scoreRows() const {
  std::vector<int> rows;
  if (!scene_ || scene_->scores.times.empty()) return rows;
  const SceneScores& scores = scene_->scores;
  std::vector<float> highest;
  for (int row = 0; row < scores.classes.size(); ++row) {
    rows.push_back(row);
    float most = 0;
    for (int time = 0; time < static_cast<int>(scores.times.size()); ++time)
      most = std::max(most, scores.at(row, time));
    highest.push_back(most);
  }
  const auto score = [&](int row) { return highest[static_cast<std::size_t>(row)]; };
  std::stable_sort(rows.begin(), rows.end(), [&](int a, int b) { return score(a) > score(b); });
  if (rows.size() > kMostScores) rows.resize(kMostScores);
  std::sort(rows.begin(), rows.end());
  return rows;
}

int SpectrogramCanvas::lanesHeight() const {
  if (!scene_) return 0;
  int height = static_cast<int>(scoreRows().size()) * kScoreHeight;
  if (height > 0) height += 4;
  for (const auto source : kEventSources) {
    const bool any = std::any_of(scene_->events.begin(), scene_->events.end(),
                                 [&](const SceneEvent& e) { return e.source == source; });
    height += any ? kEventHeight + 2 : 0;
  }
  return height + (attention_ >= 0 ? kAttentionHeight + 4 : 0);
}

int SpectrogramCanvas::scoresTop() const {
  int top = spectrogramFrame().bottom() + 5;
  for (const auto source : kEventSources) {
    const bool any = std::any_of(scene_->events.begin(), scene_->events.end(),
                                 [&](const SceneEvent& e) { return e.source == source; });
    top += any ? kEventHeight + 2 : 0;
  }
  return top;
}

QString SpectrogramCanvas::scoreAt(const QPointF& place) const {
  const std::vector<int> rows = scoreRows();
  const double line = (place.y() - scoresTop()) / kScoreHeight;
  if (line < 0 || line >= static_cast<double>(rows.size())) return {};
  const std::vector<double>& times = scene_->scores.times;
  const double seconds = secondsAt(place.x());
  const auto nearest = std::min_element(times.begin(), times.end(), [=](double a, double b) {
    return std::abs(a - seconds) < std::abs(b - seconds);
  });
  const int row = rows[static_cast<std::size_t>(line)];
  return tr("%1: score %L2")
      .arg(scene_->scores.classes[row])
      .arg(scene_->scores.at(row, static_cast<int>(nearest - times.begin())), 0, 'f', 3);
}

QRect SpectrogramCanvas::waveformFrame() const {
  return {kAxisWidth, 0, std::max(0, width() - kAxisWidth - kBarWidth), kWaveformHeight};
}

QRect SpectrogramCanvas::spectrogramFrame() const {
  const int top = kWaveformHeight + 4;
  const int height = this->height() - top - kTimeAxisHeight - lanesHeight() - 4;
  return {kAxisWidth, top, std::max(1, width() - kAxisWidth - kBarWidth), std::max(1, height)};
}

void SpectrogramCanvas::paintEvent(QPaintEvent*) {
  ++paints_;
  QPainter painter(this);
  painter.fillRect(rect(), palette().color(QPalette::Window));
  if (!shows()) return;
  std::vector<TileKey> wanted = visibleTiles(look_.layer);
  const bool veiled = look_.overlay >= 0 && look_.overlay != look_.layer;
  if (veiled) {
    for (const TileKey& key : visibleTiles(look_.overlay)) wanted.push_back(key);
  }
  // A pan finds its neighbours ready.
  const TileKey first = wanted.front(), last = visibleTiles(look_.layer).back();
  if (first.index > 0) wanted.push_back({first.layer, first.level, first.index - 1});
  if (columnBegin(layer(look_.layer), settings_, last.level,
                  (last.index + 1) * SpectrogramTile::kColumns) < scene_->seconds())
    wanted.push_back({last.layer, last.level, last.index + 1});
  tiles_.want(wanted);
  drawWaveform(painter);
  const QRect frame = spectrogramFrame();
  painter.fillRect(frame, palette().color(QPalette::Base));
  painter.setClipRect(frame);
  drawLayer(painter, look_.layer, false);
  if (veiled) drawLayer(painter, look_.overlay, true);
  painter.setClipping(false);
  drawFrequencyAxis(painter);
  drawTimeAxis(painter);
  drawColourBar(painter);
  drawLanes(painter);
  drawMarks(painter);
  if (!hasFocus()) return;
  painter.setPen(QPen(look::accent(), 1));
  painter.drawRect(frame.adjusted(-1, -1, 0, 0));
}

void SpectrogramCanvas::drawWaveform(QPainter& painter) {
  const QRect frame = waveformFrame();
  painter.fillRect(frame, palette().color(QPalette::Base));
  const double middle = frame.center().y() + 0.5, half = frame.height() / 2.0 - 2;
  painter.setPen(QPen(look::line(), 1));
  painter.drawLine(QPointF(frame.left(), middle), QPointF(frame.right(), middle));
  painter.setPen(look::faint());
  painter.drawText(QRect(0, frame.top(), kAxisWidth - 6, frame.height()),
                   Qt::AlignRight | Qt::AlignVCenter, tr("±1"));
  if (!heard_ || waveform_.columns.empty()) return;
  painter.setClipRect(frame);
  const double rate = heard_->rate();
  const double step = waveform_.count / static_cast<double>(waveform_.columns.size());
  for (int i = 0; i < waveform_.known; ++i) {
    const Peak& peak = waveform_.columns[static_cast<std::size_t>(i)];
    const double left = std::floor(xOf((waveform_.first + i * step) / rate));
    const double right = std::floor(xOf((waveform_.first + (i + 1) * step) / rate));
    const double high = middle - half * std::clamp(peak.high, -1.0F, 1.0F);
    const double low = middle - half * std::clamp(peak.low, -1.0F, 1.0F);
    painter.fillRect(QRectF(left, high - 0.5, std::max(1.0, right - left), low - high + 1),
                     look::category(0));
  }
  painter.setClipping(false);
}

TileColours SpectrogramCanvas::coloursOf(const SceneLayer& layer, bool veil) const {
  TileColours colours{look::colours(look_.map), look_.low, look_.high};
  if (veil) {
    const QColor ground = palette().color(QPalette::Base);
    for (int i = 0; i < 256; ++i) {
      const int alpha = static_cast<int>((255 - i) * look_.opacity);
      colours.colours[static_cast<std::size_t>(i)] =
          qPremultiply(qRgba(ground.red(), ground.green(), ground.blue(), alpha));
    }
    colours.low = 0, colours.high = 1;
  } else if (layer.kind == SceneLayer::Kind::kDifference) {
    colours = {look::colours(look::Map::kDiverging), -kDifferenceRange, kDifferenceRange};
  } else if (layer.kind == SceneLayer::Kind::kMask) {
    colours.low = 0, colours.high = 1;
  } else if (layer.kind == SceneLayer::Kind::kInput) {
    const auto [low, high] =
        std::minmax_element(layer.map->values.begin(), layer.map->values.end());
    colours.low = *low, colours.high = std::max(*high, *low + 1e-6F);
  }
  return colours;
}

void SpectrogramCanvas::drawLayer(QPainter& painter, int index, bool veil) {
  for (const TileKey& key : visibleTiles(index)) {
    if (tiles_.find(key)) {
      drawTile(painter, key, veil);
      continue;
    }
    for (int up = 1; up <= kMostAncestors; ++up) {
      const TileKey coarser{index, key.level + up, key.index >> up};
      if (!tiles_.find(coarser)) continue;
      painter.save();
      const SceneLayer& shown = layer(index);
      const auto edge = [&](qint64 tile) {
        return xOf(columnBegin(shown, settings_, key.level, tile * SpectrogramTile::kColumns));
      };
      painter.setClipRect(
          QRectF(edge(key.index), 0, edge(key.index + 1) - edge(key.index), height()),
          Qt::IntersectClip);
      drawTile(painter, coarser, veil);
      painter.restore();
      break;
    }
  }
}

void SpectrogramCanvas::drawTile(QPainter& painter, const TileKey& key, bool veil) {
  const TilePtr tile = tiles_.find(key);
  if (!tile || tile->rows == 0) return;
  const SceneLayer& shown = layer(key.layer);
  if (pictures_.size() > 64) forgetPictures();
  auto picture = pictures_.find(key);
  if (picture == pictures_.end())
    picture =
        pictures_.insert(key, pictureOf(*tile, viewOf(key.layer).lines, coloursOf(shown, veil)));
  const auto edge = [&](qint64 column) {
    return xOf(columnBegin(shown, settings_, key.level, column));
  };
  // Only the columns in view are drawn: deep in a zoom a whole tile would be wider than a painter
  // can scale.
  const qint64 base = key.index * SpectrogramTile::kColumns;
  const double width = edge(base + 1) - edge(base);
  const QRect frame = spectrogramFrame();
  const auto clampColumn = [](double column) {
    return std::clamp(static_cast<int>(column), 0, SpectrogramTile::kColumns);
  };
  const int first = clampColumn(std::floor((frame.left() - edge(base)) / width));
  const int last = clampColumn(std::ceil((frame.right() + 1 - edge(base)) / width));
  if (last <= first) return;
  const double left = std::round(edge(base + first)), right = std::round(edge(base + last));
  painter.drawImage(QRectF(left, frame.top(), right - left, frame.height()), *picture,
                    QRectF(first, 0, last - first, picture->height()));
}

void SpectrogramCanvas::drawFrequencyAxis(QPainter& painter) const {
  const QRect frame = spectrogramFrame();
  const bool hertz = !rowHertz(layer(look_.layer), settings_).empty();
  painter.setPen(look::faint());
  if (!hertz) {
    painter.save();
    painter.translate(14, frame.center().y());
    painter.rotate(-90);
    painter.drawText(QRect(-100, -8, 200, 16), Qt::AlignCenter, tr("rows of the input"));
    painter.restore();
    return;
  }
  const auto ticks = axis_.ticks(std::max(2, frame.height() / 40));
  const bool kilo = axis_.high() >= 2000;
  for (const double tick : ticks) {
    const int y =
        static_cast<int>(std::lround(frame.bottom() - axis_.placeOf(tick) * frame.height()));
    if (y < frame.top() + 14) continue;  // the unit stands there
    painter.drawLine(frame.left() - 4, y, frame.left() - 1, y);
    painter.drawText(QRect(0, y - 9, kAxisWidth - 7, 18), Qt::AlignRight | Qt::AlignVCenter,
                     QLocale().toString(kilo ? tick / 1000 : tick, 'g', 5));
  }
  painter.drawText(QRect(0, frame.top() - 4, kAxisWidth - 7, 16), Qt::AlignRight | Qt::AlignVCenter,
                   kilo ? tr("kHz") : tr("Hz"));
}

void SpectrogramCanvas::drawTimeAxis(QPainter& painter) const {
  const QRect frame = spectrogramFrame();
  const int top = height() - kTimeAxisHeight;
  const double step = timeStep((end_ - begin_) / std::max(1, frame.width() / 80));
  painter.setPen(look::faint());
  for (double at = std::ceil(begin_ / step) * step; at <= end_ + step * 1e-6; at += step) {
    const int x = static_cast<int>(std::lround(xOf(at)));
    painter.drawLine(x, top, x, top + 4);
    painter.drawText(QRect(x - 40, top + 4, 80, kTimeAxisHeight - 4),
                     Qt::AlignHCenter | Qt::AlignTop, timeText(at, step));
  }
  painter.drawText(QRect(0, top + 4, kAxisWidth - 30, kTimeAxisHeight - 4),
                   Qt::AlignRight | Qt::AlignTop, end_ < 60 ? tr("s") : tr("time"));
}

void SpectrogramCanvas::drawColourBar(QPainter& painter) const {
  const QRect frame = spectrogramFrame();
  const SceneLayer& shown = layer(look_.layer);
  const TileColours colours = coloursOf(shown, false);
  const QRect bar(frame.right() + 8, frame.top(), 8, frame.height());
  for (int y = 0; y < bar.height(); ++y) {
    const auto colour = static_cast<std::size_t>(255 - y * 255 / std::max(1, bar.height() - 1));
    painter.fillRect(bar.left(), bar.top() + y, bar.width(), 1, QColor(colours.colours[colour]));
  }
  painter.setPen(look::faint());
  const int labels = std::max(1, bar.height() / 48);
  const double step = roundStep((colours.high - colours.low) / labels);
  for (double at = std::ceil(colours.low / step) * step; at <= colours.high + step * 1e-6;
       at += step) {
    const double share = (at - colours.low) / (colours.high - colours.low);
    const int y = std::clamp(static_cast<int>(bar.bottom() - share * bar.height()), bar.top() + 6,
                             bar.bottom() - 6);
    if (y < bar.top() + 20) continue;
    painter.drawText(QRect(bar.right() + 4, y - 8, kBarWidth - 20, 16),
                     Qt::AlignLeft | Qt::AlignVCenter,
                     QLocale().toString(std::abs(at) < step * 1e-6 ? 0 : at, 'g', 4));
  }
  const bool decibel =
      shown.kind == SceneLayer::Kind::kLevel || shown.kind == SceneLayer::Kind::kDifference;
  if (decibel)
    painter.drawText(QRect(bar.right() + 4, bar.top() - 4, kBarWidth - 20, 16),
                     Qt::AlignLeft | Qt::AlignVCenter, tr("dB"));
}

void SpectrogramCanvas::laneName(QPainter& painter, int top, int height,
                                 const QString& name) const {
  painter.setPen(look::faint());
  const QString text = painter.fontMetrics().elidedText(name, Qt::ElideRight, kAxisWidth - 8);
  painter.drawText(QRect(0, top, kAxisWidth - 6, height), Qt::AlignRight | Qt::AlignVCenter, text);
}

void SpectrogramCanvas::drawLanes(QPainter& painter) const {
  int top = spectrogramFrame().bottom() + 5;
  for (const auto source : kEventSources) top = drawEvents(painter, top, source);
  top = drawScores(painter, top);
  if (attention_ >= 0 && attention_ < static_cast<int>(scene_->attention.size()))
    drawAttention(painter, top);
}

int SpectrogramCanvas::drawEvents(QPainter& painter, int top, SceneEvent::Source source) const {
  const QRect frame = spectrogramFrame();
  bool any = false;
  painter.setClipRect(frame.left(), top, frame.width(), kEventHeight);
  for (const SceneEvent& event : scene_->events) {
    if (event.source != source) continue;
    any = true;
    const auto row = static_cast<int>(scene_->scores.classes.indexOf(event.label));
    const QColor colour = look::label(1 + std::max(0, row));
    const QRectF box(xOf(event.begin), top, std::max(2.0, xOf(event.end) - xOf(event.begin)),
                     kEventHeight - 1);
    QColor ground = colour;
    ground.setAlphaF(0.3F);
    painter.fillRect(box, ground);
    painter.setPen(QPen(colour, 1));
    painter.drawRect(box.adjusted(0.5, 0.5, -0.5, -0.5));
    painter.setPen(palette().color(QPalette::WindowText));
    const QRectF room = box.intersected(QRectF(frame.left(), top, frame.width(), kEventHeight - 1))
                            .adjusted(4, 0, -4, 0);
    if (room.width() > 8)
      painter.drawText(room, Qt::AlignLeft | Qt::AlignVCenter,
                       painter.fontMetrics().elidedText(event.label, Qt::ElideRight,
                                                        static_cast<int>(room.width())));
  }
  painter.setClipping(false);
  if (!any) return top;
  laneName(painter, top, kEventHeight,
           source == SceneEvent::Source::kLabelled ? tr("labelled")
           : source == SceneEvent::Source::kClip   ? tr("clip")
                                                   : tr("heard"));
  return top + kEventHeight + 2;
}

int SpectrogramCanvas::drawScores(QPainter& painter, int top) const {
  const std::vector<int> rows = scoreRows();
  if (rows.empty()) return top;
  const QRect frame = spectrogramFrame();
  const SceneScores& scores = scene_->scores;
  const auto& colours = look::colours(look_.map);
  const auto times = static_cast<int>(scores.times.size());
  const double half = times > 1 ? (scores.times[1] - scores.times[0]) / 2 : scene_->seconds() / 2;
  QFont small = font();
  small.setPixelSize(kScoreHeight - 2);
  painter.save();
  painter.setFont(small);
  for (const int row : rows) {
    painter.setClipRect(frame.left(), top, frame.width(), kScoreHeight - 1);
    for (int time = 0; time < times; ++time) {
      const double at = scores.times[static_cast<std::size_t>(time)];
      const double left = std::round(xOf(at - half)), right = std::round(xOf(at + half));
      const double score = std::clamp<double>(scores.at(row, time), 0, 1);
      painter.fillRect(QRectF(left, top, right - left, kScoreHeight - 1),
                       QColor(colours[static_cast<std::size_t>(score * 255)]));
    }
    painter.setClipping(false);
    laneName(painter, top, kScoreHeight, scores.classes[row]);
    top += kScoreHeight;
  }
  painter.restore();
  return top + 4;
}

/// What the moment under the cursor looks at, the mean of the layer's heads.
void SpectrogramCanvas::drawAttention(QPainter& painter, int top) const {
  const QRect frame = spectrogramFrame();
  const SceneAttention& layer = scene_->attention[static_cast<std::size_t>(attention_)];
  const double token = scene_->seconds() / layer.tokens;
  const double at = playing_.value_or(cursor_);
  const int query = std::clamp(static_cast<int>(at / token), 0, layer.tokens - 1);
  std::vector<double> weights(static_cast<std::size_t>(layer.tokens));
  for (int head = 0; head < layer.heads; ++head) {
    const auto row = static_cast<std::size_t>((head * layer.tokens + query) * layer.tokens);
    for (std::size_t key = 0; key < weights.size(); ++key)
      weights[key] += layer.weights[row + key] / layer.heads;
  }
  const double most = std::max(1e-9, *std::max_element(weights.begin(), weights.end()));
  painter.setClipRect(frame.left(), top, frame.width(), kAttentionHeight);
  for (int key = 0; key < layer.tokens; ++key) {
    const double left = xOf(key * token), right = xOf((key + 1) * token);
    const double high = weights[static_cast<std::size_t>(key)] / most * kAttentionHeight;
    painter.fillRect(QRectF(left, top + kAttentionHeight - high, std::max(1.0, right - left), high),
                     key == query ? look::category(1) : look::category(0));
  }
  painter.setClipping(false);
  laneName(painter, top, kAttentionHeight, tr("attention"));
}

void SpectrogramCanvas::drawMarks(QPainter& painter) const {
  const QRect frame = spectrogramFrame();
  const int bottom = height() - kTimeAxisHeight;
  painter.setClipRect(QRect(frame.left(), 0, frame.width(), bottom));
  if (loop_) {
    const double left = xOf(loop_->first), right = xOf(loop_->second);
    QColor ground = look::accent();
    ground.setAlphaF(0.18F);
    painter.fillRect(QRectF(left, 0, right - left, kWaveformHeight), ground);
    painter.setPen(QPen(look::accent(), 1));
    for (const double x : {left, right}) painter.drawLine(QPointF(x, 0), QPointF(x, bottom));
  }
  painter.setPen(QPen(look::dark() ? Qt::white : Qt::black, 1, Qt::DashLine));
  painter.drawLine(QPointF(xOf(cursor_), 0), QPointF(xOf(cursor_), bottom));
  if (playing_) {
    painter.setPen(QPen(look::category(1), 2));
    painter.drawLine(QPointF(xOf(*playing_), 0), QPointF(xOf(*playing_), bottom));
  }
  painter.setClipping(false);
}

}  // namespace warmstart
