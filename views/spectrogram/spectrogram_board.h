// A spectrogram canvas with all there is to set, a transport to listen, and what lies under the
// pointer: what captures and sound files are shown with.
#pragma once
#include <QVariantMap>
#include <QWidget>
#include <atomic>

#include "core/base/files.h"
#include "views/spectrogram/sound_player.h"
#include "views/spectrogram/spectrogram_canvas.h"
#include "views/spectrogram/wav_export.h"

class QComboBox;
class QHBoxLayout;
class QLabel;
class QScrollBar;
class QSlider;
class QSpinBox;
class QToolButton;

namespace warmstart {

class SpectrogramBoard : public QWidget {
  Q_OBJECT
 public:
  /// With SoundDevice::kNone the transport says why it is off.
  explicit SpectrogramBoard(SoundDevice device, QWidget* parent = nullptr);
  ~SpectrogramBoard() override;
  /// `peaks`: one a track, for long files; may be empty.
  void setScene(ScenePtr scene, bool same_clip,
                std::vector<std::shared_ptr<const Peaks>> peaks = {});
  SpectrogramCanvas* canvas() const { return canvas_; }
  SoundPlayer& player() { return player_; }
  QString readOut() const;
  /// Writes what is listened to: the loop, or all. In the background; exported() or failed() tells.
  void exportSound(const Path& file, WavDepth depth);
  bool exporting() const { return exporting_.busy(); }
  /// Layer, veil, scale, window, levels, colours, stretch of time and frequency, track.
  QVariantMap state() const;
  void setState(const QVariantMap& state);
  /// Sets the levels to what the tiles at hand hold.
  void fitLevels();

 signals:
  void stateChanged();
  void exported(const QString& file);
  void failed(const QString& what, const QString& detail);

 protected:
  void showEvent(QShowEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;

 private:
  void connectCanvas();
  void connectPlayer();
  QHBoxLayout* layerRow();
  QHBoxLayout* lookRow();
  QHBoxLayout* transportRow();
  QComboBox* picker(const QString& name, const QString& tip);
  void fillPickers();
  void fillLayers();
  void applyLook();
  void applyWindow();
  void listenTo(int track);
  void applyLoop();
  void togglePlay();
  void followView();
  void askExport();
  struct Export {
    QString file, problem, detail;
    bool stopped = false;
  };
  SpectrogramCanvas* canvas_;
  SoundPlayer player_;
  ScenePtr scene_;
  std::vector<std::shared_ptr<const Peaks>> peaks_;
  QComboBox *layers_, *veil_, *scale_, *window_, *map_, *tracks_, *attention_;
  QSlider* opacity_;
  QSpinBox *low_, *high_;
  QToolButton *fit_, *play_, *save_;
  QScrollBar* scroll_;
  QLabel *place_, *read_out_;
  QString wanted_layer_, wanted_veil_, wanted_track_;
  Background<Export> exporting_;
  std::shared_ptr<std::atomic<bool>> stop_export_ = std::make_shared<std::atomic<bool>>(false);
  bool fitted_ = false;
};

}  // namespace warmstart
