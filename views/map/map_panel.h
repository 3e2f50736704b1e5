// The Map panel: rasters of any size on their place on the Earth, as layers over each other. Pixels
// come from the guarded reader.
#pragma once
#include "views/desk/panel.h"
#include "views/inspect/background.h"
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
    QString problem;
  };
  void addActions();
  void ask(bool over);
  /// `of`: where they come from, behind their names; "" = their own right.
  void start(const QStringList& paths, bool over, const QString& of = {});
  void take(const Opened& opened);
  void setGround(const MapLayer& layer);
  void showRun();
  static Laid laidOut(const CapturePtr& capture, const CapturePtr& pinned, const TileGrid& grid,
                      const MapLayerPtr& ground);
  void takeRun(const Laid& laid);
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
  /// The scene whose ground the run has laid; "" = the user opened the ground.
  QString scene_of_run_;
  Background<Opened> opening_;
  Background<Laid> laying_;
};

}  // namespace warmstart
