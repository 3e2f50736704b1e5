// The Sound panel: a sound file in the spectrogram view, however long. Its samples come from the
// guarded reader, its outline fills while it is looked at.
#pragma once
#include <QTimer>
#include <atomic>

#include "views/desk/panel.h"
#include "views/inspect/background.h"
#include "views/spectrogram/sound_player.h"
#include "views/spectrogram/spectrogram_canvas.h"

class QLabel;
class QStackedWidget;

namespace warmstart {

class Banner;
class EmptyState;
class SpectrogramBoard;

/// A file that was opened: what is shown of it, and the outline of each track.
struct OpenedSound {
  ScenePtr scene;  ///< none: see problem
  std::vector<std::shared_ptr<Peaks>> peaks;
  QString problem;
};
/// Not on the GUI thread. Event labels come from a text file of the same name where one lies beside
/// it: begin, end (s) and label, separated by tabs, as Audacity writes them.
OpenedSound openSound(const Path& file);
/// Reads the whole file once, in a reader of its own.
void gatherPeaks(const Path& file, const std::vector<std::shared_ptr<Peaks>>& peaks,
                 const std::atomic<bool>& stop);

class SoundPanel : public Panel {
  Q_OBJECT
 public:
  explicit SoundPanel(Desk& desk) : SoundPanel(desk, SoundDevice::kDefault) {}
  SoundPanel(Desk& desk, SoundDevice device);
  ~SoundPanel() override;
  bool accepts(const QString& path) const override;
  void open(const QString& path) override;
  bool settled() const override;
  SpectrogramBoard* board() const { return board_; }
  QString problem() const;
  void saveState(QSettings& settings) const override;
  void restoreState(QSettings& settings) override;

 private:
  void ask();
  void take(const OpenedSound& opened);
  void gather();
  Desk& desk_;
  Path file_;
  EmptyState* empty_;
  Banner* banner_;
  QLabel* name_;
  SpectrogramBoard* board_;
  QStackedWidget* pages_;
  Background<OpenedSound> opening_;
  OpenedSound opened_;
  Background<bool> gathering_;
  std::shared_ptr<std::atomic<bool>> stop_ = std::make_shared<std::atomic<bool>>(false);
  QTimer growing_;  ///< the outline is drawn again while it fills
};

}  // namespace warmstart
