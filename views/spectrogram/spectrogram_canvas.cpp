// State, geometry and hands; what is drawn is in spectrogram_paint.cpp.
#include "views/spectrogram/spectrogram_canvas.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QWheelEvent>
#include <algorithm>
#include <cmath>

#include "views/look/theme.h"
#include "views/spectrogram/canvas_places.h"

namespace warmstart {
namespace {

constexpr double kNarrowestSamples = 16;  ///< a zoom deeper than that shows nothing new
constexpr double kClick = 4;              ///< pixels that a click may move

}  // namespace

SpectrogramCanvas::SpectrogramCanvas(QWidget* parent)
    : QWidget(parent), outline_([this](const Waveform& waveform) {
        waveform_ = waveform;
        update();
      }) {
  setFocusPolicy(Qt::StrongFocus);
  setMouseTracking(true);
  setMinimumSize(30 * look::kGrid, 28 * look::kGrid);
  setAccessibleName(tr("Spectrogram"));
  setToolTip(tr(
      "Wheel: zoom in time, with Ctrl in frequency, with Shift move. Drag: move. Click: "
      "cursor. Drag in the waveform: loop. Double click: all. Keys: arrows, + and -, [ and ] for "
      "the loop, Space plays."));
  connect(&tiles_, &TileStore::tileReady, this, [this](const TileKey& key) {
    pictures_.remove(key);
    update();
  });
}

void SpectrogramCanvas::setScene(ScenePtr scene, bool same_clip) {
  const double nyquist = scene->rate / 2.0;
  scene_ = std::move(scene);
  if (axis_.nyquist() != nyquist) axis_ = FrequencyAxis(axis_.scale(), nyquist);
  if (!same_clip) {
    begin_ = 0, end_ = scene_->seconds(), cursor_ = 0;
    loop_.reset();
    emit loopChanged();
  }
  tiles_.setLayers(scene_->layers, settings_);
  layer_views_.clear();
  forgetPictures();
  showTime(begin_, end_);
}

void SpectrogramCanvas::setSettings(const SpectrumSettings& settings) {
  if (settings == settings_) return;
  settings_ = settings;
  if (!scene_) return;
  tiles_.setLayers(scene_->layers, settings_);
  layer_views_.clear();
  forgetPictures();
  update();
}

void SpectrogramCanvas::setLook(const SpectrogramLook& look) {
  if (look == look_) return;
  look_ = look;
  forgetPictures();
  update();
}

void SpectrogramCanvas::setAxis(const FrequencyAxis& axis) {
  axis_ = axis;
  layer_views_.clear();
  forgetPictures();
  update();
  emit viewChanged();
}

void SpectrogramCanvas::forgetPictures() { pictures_.clear(); }

void SpectrogramCanvas::showTime(double begin, double end) {
  if (!scene_) return;
  const double all = std::max(1e-6, scene_->seconds());
  const double width =
      std::clamp(end - begin, std::min(all, kNarrowestSamples / scene_->rate), all);
  begin_ = std::clamp(begin, 0.0, all - width), end_ = begin_ + width;
  refreshWaveform();
  update();
  emit viewChanged();
}

void SpectrogramCanvas::zoomTime(double seconds, double factor) {
  const double width = (end_ - begin_) / factor;
  const double share = (seconds - begin_) / (end_ - begin_);
  showTime(seconds - share * width, seconds + (1 - share) * width);
}

void SpectrogramCanvas::panTime(double by) {
  const double width = end_ - begin_;
  showTime(begin_ + by * width, end_ + by * width);
}

void SpectrogramCanvas::setHeard(TrackPtr track, std::shared_ptr<const Peaks> peaks) {
  heard_ = std::move(track), peaks_ = std::move(peaks);
  refreshWaveform();
}

void SpectrogramCanvas::repaintWaveform() { refreshWaveform(); }

void SpectrogramCanvas::refreshWaveform() {
  if (!heard_ || waveformFrame().isEmpty()) return;
  const double rate = heard_->rate();
  outline_.start([track = heard_, peaks = peaks_, first = begin_ * rate,
                  count = (end_ - begin_) * rate, columns = waveformFrame().width()] {
    return waveformOf(*track, peaks.get(), first, count, std::max(1, columns));
  });
}

void SpectrogramCanvas::setCursor(double seconds) {
  cursor_ = std::clamp(seconds, 0.0, scene_ ? scene_->seconds() : 0.0);
  update();
}

void SpectrogramCanvas::setLoop(const Loop& loop) {
  loop_ = loop;
  update();
  emit loopChanged();
}

void SpectrogramCanvas::setPlaying(std::optional<double> seconds) {
  playing_ = seconds;
  // The view turns its page when the sound leaves it, not while the user moves it.
  const bool left = seconds && (*seconds < begin_ || *seconds > end_);
  if (left && drag_ == Drag::kNone) {
    showTime(*seconds, *seconds + (end_ - begin_));
  } else {
    update();
  }
}

void SpectrogramCanvas::setAttention(int shown) {
  attention_ = shown;
  layer_views_.clear();
  forgetPictures();
  update();
}

double SpectrogramCanvas::xOf(double seconds) const {
  const QRect frame = spectrogramFrame();
  return frame.left() + (seconds - begin_) / (end_ - begin_) * frame.width();
}

double SpectrogramCanvas::secondsAt(double x) const {
  const QRect frame = spectrogramFrame();
  return begin_ + (x - frame.left()) / std::max(1, frame.width()) * (end_ - begin_);
}

const SceneLayer& SpectrogramCanvas::layer(int index) const {
  const int last = static_cast<int>(scene_->layers.size()) - 1;
  return scene_->layers[static_cast<std::size_t>(std::clamp(index, 0, last))];
}

double SpectrogramCanvas::narrowestHertz() const {
  if (!shows()) return 1;
  const std::vector<float> hertz = rowHertz(layer(look_.layer), settings_);
  return hertz.size() < 2 ? 1 : 2 * (hertz[1] - hertz[0]);
}

int SpectrogramCanvas::levelOf(const SceneLayer& layer) const {
  const double pixels = spectrogramFrame().width() / (end_ - begin_);  // a second
  const double column = frameSeconds(layer, settings_) * pixels;
  return column >= 1 ? 0 : static_cast<int>(std::ceil(-std::log2(column)));
}

std::vector<TileKey> SpectrogramCanvas::visibleTiles(int index) const {
  const SceneLayer& shown = layer(index);
  const int level = levelOf(shown);
  const double column = frameSeconds(shown, settings_) * std::pow(2.0, level);
  const auto tileAt = [&](double seconds) {
    return static_cast<qint64>(std::floor((seconds / column + 0.5) / SpectrogramTile::kColumns));
  };
  std::vector<TileKey> keys;
  for (qint64 i = std::max<qint64>(0, tileAt(begin_)); i <= tileAt(end_); ++i)
    keys.push_back({index, level, i});
  return keys;
}

const SpectrogramCanvas::LayerView& SpectrogramCanvas::viewOf(int index) {
  const auto found = layer_views_.constFind(index);
  if (found != layer_views_.cend()) return *found;
  const SceneLayer& shown = layer(index);
  LayerView view;
  view.hertz = rowHertz(shown, settings_);
  view.rows = shown.map ? shown.map->rows : static_cast<int>(view.hertz.size());
  view.lines = lineRows(view.hertz, view.rows, axis_, spectrogramFrame().height());
  return *layer_views_.insert(index, std::move(view));
}

void SpectrogramCanvas::resizeEvent(QResizeEvent*) {
  layer_views_.clear();
  forgetPictures();
  refreshWaveform();
}

void SpectrogramCanvas::wheelEvent(QWheelEvent* event) {
  if (!shows()) return;
  const QPoint delta = event->angleDelta();
  const double notches = (delta.y() != 0 ? delta.y() : delta.x()) / 120.0;
  const QRect frame = spectrogramFrame();
  if (event->modifiers() & Qt::ControlModifier) {
    FrequencyAxis axis = axis_;
    axis.zoom(std::clamp((frame.bottom() - event->position().y()) / frame.height(), 0.0, 1.0),
              std::pow(1.3, notches), narrowestHertz());
    setAxis(axis);
  } else if (event->modifiers() & Qt::ShiftModifier || delta.y() == 0) {
    panTime(-0.1 * notches);
  } else {
    zoomTime(secondsAt(event->position().x()), std::pow(1.3, notches));
  }
  event->accept();
}

void SpectrogramCanvas::mousePressEvent(QMouseEvent* event) {
  if (!shows() || event->button() != Qt::LeftButton) return QWidget::mousePressEvent(event);
  pressed_ = event->position();
  pressed_begin_ = begin_, pressed_end_ = end_, pressed_axis_ = axis_;
  pressed_at_ = std::clamp(secondsAt(pressed_.x()), 0.0, scene_->seconds());
  drag_ = waveformFrame().contains(pressed_.toPoint()) ? Drag::kLoop : Drag::kPan;
}

void SpectrogramCanvas::mouseMoveEvent(QMouseEvent* event) {
  if (!shows()) return;
  const QPointF moved = event->position() - pressed_;
  const bool far = moved.manhattanLength() > kClick;
  if (drag_ == Drag::kPan && far) {
    const QRect frame = spectrogramFrame();
    const double seconds = moved.x() / frame.width() * (pressed_end_ - pressed_begin_);
    showTime(pressed_begin_ - seconds, pressed_end_ - seconds);
    FrequencyAxis axis = pressed_axis_;
    axis.pan(moved.y() / frame.height());
    if (axis != axis_) setAxis(axis);
  } else if (drag_ == Drag::kLoop && far) {
    const double at = std::clamp(secondsAt(event->position().x()), 0.0, scene_->seconds());
    setLoop(std::pair(std::min(at, pressed_at_), std::max(at, pressed_at_)));
  }
  emit hovered(readOutAt(event->position()));
}

void SpectrogramCanvas::mouseReleaseEvent(QMouseEvent* event) {
  const bool click = (event->position() - pressed_).manhattanLength() <= kClick;
  if (drag_ != Drag::kNone && click) {
    if (drag_ == Drag::kLoop) setLoop(std::nullopt);
    setCursor(pressed_at_);
    emit cursorPlaced(cursor_);
  }
  drag_ = Drag::kNone;
}

void SpectrogramCanvas::mouseDoubleClickEvent(QMouseEvent*) {
  if (!shows()) return;
  showTime(0, scene_->seconds());
  FrequencyAxis axis = axis_;
  axis.reset();
  setAxis(axis);
}

void SpectrogramCanvas::keyPressEvent(QKeyEvent* event) {
  if (!shows()) return QWidget::keyPressEvent(event);
  FrequencyAxis axis = axis_;
  const bool control = event->modifiers() & Qt::ControlModifier;
  const double middle =
      playing_.value_or(cursor_ >= begin_ && cursor_ <= end_ ? cursor_ : (begin_ + end_) / 2);
  switch (event->key()) {
    case Qt::Key_Left:
    case Qt::Key_Right: {
      const double way = event->key() == Qt::Key_Right ? 1 : -1;
      if (!(event->modifiers() & Qt::ShiftModifier)) return panTime((control ? 0.9 : 0.1) * way);
      setCursor(cursor_ + way * (end_ - begin_) / std::max(1, spectrogramFrame().width()));
      emit hovered(readOutAt({xOf(cursor_), spectrogramFrame().center().y() + 0.0}));
      return emit cursorPlaced(cursor_);
    }
    case Qt::Key_BracketLeft:
      return setLoop(std::pair(cursor_, std::max(cursor_, loop_ ? loop_->second : end_)));
    case Qt::Key_BracketRight:
      return setLoop(std::pair(std::min(cursor_, loop_ ? loop_->first : begin_), cursor_));
    case Qt::Key_Up:
    case Qt::Key_Down: {
      const double way = event->key() == Qt::Key_Up ? 1 : -1;
      control ? axis.zoom(0.5, std::pow(1.3, way), narrowestHertz()) : axis.pan(0.1 * way);
      return setAxis(axis);
    }
    case Qt::Key_Plus:
    case Qt::Key_Equal:
      return zoomTime(middle, 1.5);
    case Qt::Key_Minus:
      return zoomTime(middle, 1 / 1.5);
    case Qt::Key_Home:
      return showTime(0, end_ - begin_);
    case Qt::Key_End:
      return showTime(scene_->seconds() - (end_ - begin_), scene_->seconds());
    case Qt::Key_F:
      axis.reset();
      showTime(0, scene_->seconds());
      return setAxis(axis);
    case Qt::Key_Escape:
      return setLoop(std::nullopt);
    case Qt::Key_Space:
      return emit playWanted();
    default:
      return QWidget::keyPressEvent(event);
  }
}

bool SpectrogramCanvas::event(QEvent* event) {
  // Here these keys are about the sound; elsewhere in a panel they are others'.
  if (event->type() == QEvent::ShortcutOverride) {
    const int key = static_cast<QKeyEvent*>(event)->key();
    const bool own = key == Qt::Key_Space || key == Qt::Key_F || key == Qt::Key_Escape ||
                     key == Qt::Key_BracketLeft || key == Qt::Key_BracketRight ||
                     (key >= Qt::Key_1 && key <= Qt::Key_9);
    if (own) event->accept();
  }
  return QWidget::event(event);
}

void SpectrogramCanvas::changeEvent(QEvent* event) {
  if (event->type() == QEvent::PaletteChange) {
    forgetPictures();
    update();
  }
  QWidget::changeEvent(event);
}

bool SpectrogramCanvas::complete() {
  if (!shows()) return false;
  const std::vector<TileKey> keys = visibleTiles(look_.layer);
  return std::all_of(keys.begin(), keys.end(),
                     [this](const TileKey& key) { return tiles_.find(key) != nullptr; });
}

QString SpectrogramCanvas::rowText(int index, int row) const {
  const SceneLayer& shown = layer(index);
  const std::vector<float> hertz = rowHertz(shown, settings_);
  if (hertz.empty()) return tr("row %1").arg(row);
  const QString place = shown.map && shown.map->rows == static_cast<int>(hertz.size()) &&
                                shown.kind == SceneLayer::Kind::kInput
                            ? tr("band %1").arg(row)
                            : tr("bin %1").arg(row);
  return tr("%L1 Hz (%2)").arg(hertz[static_cast<std::size_t>(row)], 0, 'f', 1).arg(place);
}

QString SpectrogramCanvas::readOutAt(const QPointF& place) {
  const QRect frame = spectrogramFrame();
  if (!shows() || place.x() < frame.left() || place.x() > frame.right()) return {};
  const double seconds = secondsAt(place.x());
  QStringList texts{tr("%1 s (sample %L2)")
                        .arg(QLocale().toString(seconds, 'f', 4))
                        .arg(static_cast<qint64>(std::floor(seconds * scene_->rate)))};
  if (const QString score = scoreAt(place); !score.isEmpty()) texts += score;
  for (const int index : {look_.layer, look_.overlay}) {
    if (index < 0 || !frame.contains(place.toPoint())) continue;
    const SceneLayer& shown = layer(index);
    const int level = levelOf(shown);
    const qint64 column = static_cast<qint64>(
        std::floor((seconds / frameSeconds(shown, settings_) + 0.5) / std::pow(2.0, level)));
    const TilePtr tile = tiles_.find({index, level, column / SpectrogramTile::kColumns});
    if (column < 0 || !tile || tile->rows == 0) continue;
    const int row = rowAt(rowHertz(shown, settings_), tile->rows, axis_,
                          (frame.bottom() + 1 - place.y()) / frame.height());
    if (row < 0) continue;
    const float value = tile->values[static_cast<std::size_t>(column % SpectrogramTile::kColumns) *
                                         static_cast<std::size_t>(tile->rows) +
                                     static_cast<std::size_t>(row)];
    if (std::isnan(value)) continue;
    if (index == look_.layer) texts += rowText(index, row);
    texts += valueText(shown, value);
    if (level > 0 && index == look_.layer)
      texts += tr("%L1 frames a column").arg(qint64{1} << level);
  }
  return texts.join(QStringLiteral("  ·  "));
}

std::optional<std::pair<double, double>> SpectrogramCanvas::levelsShown() {
  if (!shows()) return std::nullopt;
  std::vector<float> values;
  for (const TileKey& key : visibleTiles(look_.layer)) {
    const TilePtr tile = tiles_.find(key);
    for (std::size_t i = 0; tile && i < tile->values.size(); i += 7) {
      if (!std::isnan(tile->values[i])) values.push_back(tile->values[i]);
    }
  }
  if (values.empty()) return std::nullopt;
  const auto share = [&](double part) {
    const auto at =
        values.begin() + static_cast<std::ptrdiff_t>(part * static_cast<double>(values.size() - 1));
    std::nth_element(values.begin(), at, values.end());
    return static_cast<double>(*at);
  };
  const double high = std::ceil(share(0.9995)), low = std::floor(share(0.15));
  return std::pair(std::clamp(low, high - 80, high - 20), high);
}

}  // namespace warmstart
