// Draws a SoundScene: waveform above, spectrogram with axes and colour bar, class scores, events
// and attention below, all on one time axis; zoom, pan, cursor, loop. What there is to set comes
// from SpectrogramBoard.
#pragma once
#include <QHash>
#include <QWidget>
#include <optional>

#include "views/inspect/background.h"
#include "views/look/colour_map.h"
#include "views/spectrogram/frequency_axis.h"
#include "views/spectrogram/spectrogram_tiles.h"
#include "views/spectrogram/tile_picture.h"
#include "views/spectrogram/waveform.h"

namespace warmstart {

struct SpectrogramLook {
  int layer = 0, overlay = -1;   ///< layers of the scene; -1 = none
  double opacity = 0.7;          ///< of the veil over what a mask holds back
  double low = -90, high = -20;  ///< dB of the first and the last colour
  look::Map map = look::Map::kViridis;
  bool operator==(const SpectrogramLook&) const = default;
};

using ScenePtr = std::shared_ptr<const SoundScene>;

class SpectrogramCanvas : public QWidget {
  Q_OBJECT
 public:
  explicit SpectrogramCanvas(QWidget* parent = nullptr);
  /// Another clip is shown whole; the same one at another step stays where it was.
  void setScene(ScenePtr scene, bool same_clip);
  const ScenePtr& scene() const { return scene_; }
  void setSettings(const SpectrumSettings& settings);
  const SpectrumSettings& settings() const { return settings_; }
  void setLook(const SpectrogramLook& look);
  const SpectrogramLook& look() const { return look_; }
  void setAxis(const FrequencyAxis& axis);
  const FrequencyAxis& axis() const { return axis_; }
  void showTime(double begin, double end);  ///< s; kept within the sound
  double begin() const { return begin_; }
  double end() const { return end_; }
  void zoomTime(double seconds, double factor);  ///< around a moment
  void panTime(double by);                       ///< in shares of what is shown
  /// The sound whose outline stands above; `peaks`: of a long file, else null.
  void setHeard(TrackPtr track, std::shared_ptr<const Peaks> peaks);
  void setCursor(double seconds);
  double cursor() const { return cursor_; }
  using Loop = std::optional<std::pair<double, double>>;
  void setLoop(const Loop& loop);
  const Loop& loop() const { return loop_; }
  void setPlaying(std::optional<double> seconds);  ///< where the sound is; none = silent
  std::optional<double> playing() const { return playing_; }
  void setAttention(int shown);  ///< of the scene's list; -1 = none
  /// Whether something is drawn everywhere; more frames may still be looked at.
  bool complete();
  bool settled() const { return !tiles_.busy() && !outline_.busy(); }
  QRect spectrogramFrame() const;
  QRect waveformFrame() const;
  double xOf(double seconds) const;
  double secondsAt(double x) const;
  QString readOutAt(const QPointF& place);
  /// Lowest and highest dB worth showing of the tiles at hand; none before the first tile.
  std::optional<std::pair<double, double>> levelsShown();
  qint64 paints() const { return paints_; }  ///< for the benchmark
  void repaintWaveform();                    ///< more peaks are known

 signals:
  void hovered(const QString& text);
  void cursorPlaced(double seconds);
  void loopChanged();
  void viewChanged();
  void playWanted();

 protected:
  void paintEvent(QPaintEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  void wheelEvent(QWheelEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void mouseDoubleClickEvent(QMouseEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void changeEvent(QEvent* event) override;
  bool event(QEvent* event) override;

 private:
  struct LayerView {  ///< what drawing one layer needs to know again and again
    std::vector<float> hertz;
    int rows = 0;
    LineRows lines;
  };
  bool shows() const { return scene_ && !scene_->layers.empty(); }
  const SceneLayer& layer(int index) const;
  int levelOf(const SceneLayer& layer) const;
  TileColours coloursOf(const SceneLayer& layer, bool veil) const;
  const LayerView& viewOf(int layer);
  std::vector<TileKey> visibleTiles(int layer) const;
  void forgetPictures();
  void refreshWaveform();
  int lanesHeight() const;
  std::vector<int> scoreRows() const;
  int scoresTop() const;
  QString scoreAt(const QPointF& place) const;
  QString rowText(int layer, int row) const;
  double narrowestHertz() const;

  void drawWaveform(QPainter& painter);
  void drawLayer(QPainter& painter, int layer, bool veil);
  void drawTile(QPainter& painter, const TileKey& key, bool veil);
  void drawFrequencyAxis(QPainter& painter) const;
  void drawTimeAxis(QPainter& painter) const;
  void drawColourBar(QPainter& painter) const;
  void drawLanes(QPainter& painter) const;
  int drawEvents(QPainter& painter, int top, SceneEvent::Source source) const;
  int drawScores(QPainter& painter, int top) const;
  void drawAttention(QPainter& painter, int top) const;
  void drawMarks(QPainter& painter) const;
  void laneName(QPainter& painter, int top, int height, const QString& name) const;

  ScenePtr scene_;
  SpectrumSettings settings_;
  SpectrogramLook look_;
  FrequencyAxis axis_{FrequencyScale::kLinear, 8000};
  double begin_ = 0, end_ = 1, cursor_ = 0;
  Loop loop_;
  std::optional<double> playing_;
  int attention_ = -1;
  TileStore tiles_;
  QHash<int, LayerView> layer_views_;
  QHash<TileKey, QImage> pictures_;
  TrackPtr heard_;
  std::shared_ptr<const Peaks> peaks_;
  Waveform waveform_;
  Background<Waveform> outline_;
  enum class Drag { kNone, kPan, kLoop } drag_ = Drag::kNone;
  QPointF pressed_;
  double pressed_begin_ = 0, pressed_end_ = 0, pressed_at_ = 0;
  FrequencyAxis pressed_axis_{FrequencyScale::kLinear, 8000};
  qint64 paints_ = 0;
};

/// "1:02.345", with as many digits as `step` seconds need.
QString timeText(double seconds, double step);

}  // namespace warmstart
