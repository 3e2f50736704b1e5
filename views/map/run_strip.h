// The selected run's captures that say where on the ground they lie, above the map: whether they
// are shown, of which scene, at which step of training, and which step they are compared with.
// Hidden where the run has none. Part of the Map panel, which lays out what it chooses.
#pragma once
#include <QWidget>

#include "views/inspect/capture_store.h"
#include "views/inspect/timeline.h"
#include "views/map/attention_heat.h"

class QCheckBox;
class QComboBox;
class QLabel;
class QPushButton;
class QToolButton;

namespace warmstart {

class CheckpointChoice;
struct Desk;
class RunFeed;

class RunStrip : public QWidget {
  Q_OBJECT
 public:
  /// Reads nothing while `parent` is hidden: whoever shows it calls refresh().
  RunStrip(Desk& desk, QWidget* parent);
  void refresh();
  /// Of the step chosen; nullptr while the run is not to be shown.
  CapturePtr capture() const;
  /// Of the step that is compared with; nullptr = none.
  const CapturePtr& pinned() const { return pinned_; }
  /// Of the scene chosen. There is one where there is a capture().
  const TileGrid& grid() const { return grids_.at(static_cast<std::size_t>(scene_)); }
  /// Of all scenes.
  const std::vector<TileGrid>& grids() const { return grids_; }
  void setShown(bool shown);
  void setPinned(bool pinned);
  void setScene(int scene);
  /// Which attention is laid over the tiles, where the capture has any.
  AttentionChoice heat() const;
  void setHeat(const AttentionChoice& choice);
  /// Whether a tile of that sample, which is not in grid(), is about to be: another scene is chosen
  /// for it, or the embedding, whose samples are the most.
  bool bring(int sample);
  Timeline* timeline() const { return timeline_; }
  QComboBox* inspectors() const { return inspectors_; }
  QComboBox* layers() const { return layers_; }
  QComboBox* heads() const { return heads_; }
  /// Of the run's model, for a prediction.
  CheckpointChoice* checkpoints() const { return checkpoint_; }
  bool settled() const;

 signals:
  void changed();
  void failed(const QString& problem);
  /// The run's model is wanted on the whole scene.
  void predictWanted();

 private:
  void build();
  void fillHeat();
  void chooseRun();
  void refreshList();
  void showStep();
  void take(const CapturePtr& capture);
  void showState();
  bool awake() const { return parentWidget()->isVisible(); }
  Desk& desk_;
  CaptureStore store_;
  std::shared_ptr<RunFeed> feed_;
  CaptureEntries entries_;
  CapturePtr capture_, pinned_;
  std::vector<TileGrid> grids_;
  int scene_ = 0;
  bool stale_ = true;
  QCheckBox* shown_;
  QLabel* step_;
  QComboBox *scenes_, *inspectors_, *layers_, *heads_;
  QToolButton* pin_;
  CheckpointChoice* checkpoint_;
  QPushButton* predict_;
  Timeline* timeline_;
};

}  // namespace warmstart
