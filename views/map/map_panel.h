// The Map panel: rasters of any size on their place on the Earth, as layers over each other. Pixels
// come from the guarded reader.
#pragma once
#include "views/desk/panel.h"
#include "views/inspect/background.h"
#include "views/map/map_canvas.h"
#include "views/map/run_layers.h"

class QLabel;
class QStackedWidget;

namespace warmstart {

class Banner;
class EmptyState;
class MapBoard;
struct ProgramResult;
class RunStrip;

class MapPanel : public Panel {
  Q_OBJECT
 public:
  explicit MapPanel(Desk& desk);
  bool accepts(const QString& path) const override;
  /// Shows the raster alone.
  void open(const QString& path) override;
  /// Lays them over the map, the last one on top; opens the first where there is none.
  void add(const QStringList& paths);
  bool settled() const override;
  MapBoard* board() const { return board_; }
  RunStrip* strip() const { return strip_; }
  QString problem() const;
  void saveState(QSettings& settings) const override;
  void restoreState(QSettings& settings) override;

 protected:
  void showEvent(QShowEvent* event) override;

 private:
  struct Opened {
    bool over = false;
    std::vector<MapLayer> layers;
    QString problem;
  };
  struct Laid {
    QString scene;
    std::optional<MapLayer> ground;  ///< none: the one that is shown stays
    bool tiles_alone = false;        ///< the scene's file is not here
    std::vector<RunLayer> layers;
    std::vector<TileOutline> outlines;
    QString problem;
  };
  /// What is laid out on a ground.
  struct Chosen {
    CapturePtr capture, pinned;
    TileGrid grid;
    std::vector<TileGrid> grids;  ///< of all scenes
    AttentionChoice heat;
  };
  void addActions();
  void tellUnreadable(const QString& file, const QString& sentence);
  void ask(bool over);
  /// `of`: where they come from, behind their names; "" = their own right.
  void start(const QStringList& paths, bool over, const QString& of = {});
  void take(const Opened& opened);
  void setGround(const MapLayer& layer);
  void showRun();
  static std::vector<TileOutline> outlinesOf(const Chosen& chosen, const RasterFacts& ground);
  static Laid laidOut(const Chosen& chosen, const MapLayerPtr& ground);
  void takeRun(const Laid& laid);
  void showSample();
  void chooseTile(const QPointF& ground);
  void predict();
  void takePrediction(const ProgramResult& result, const QString& checkpoint);
  void writeAreas();
  Desk& desk_;
  EmptyState* empty_;
  Banner* banner_;
  QLabel* name_;
  MapBoard* board_;
  QStackedWidget* pages_;
  RunStrip* strip_;
  QSet<QString> told_unreadable_;  ///< files of which the banner has said so
  /// The scene whose ground the run has laid; "" = the user opened the ground.
  QString scene_of_run_;
  bool sample_moved_ = false;  ///< the map has not gone to the sample chosen last yet
  Background<Opened> opening_;
  Background<Laid> laying_;
};

}  // namespace warmstart
