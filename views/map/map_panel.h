// The Map panel: rasters of any size on their place on the Earth, as layers over each other. Pixels
// come from the guarded reader.
#pragma once
#include "views/desk/panel.h"
#include "views/inspect/background.h"
#include "views/map/map_scene.h"

class QLabel;
class QStackedWidget;

namespace warmstart {

class Banner;
class EmptyState;
class MapBoard;

class MapPanel : public Panel {
  Q_OBJECT
 public:
  explicit MapPanel(Desk& desk);
  bool accepts(const QString& path) const override;
  /// Shows the raster alone.
  void open(const QString& path) override;
  /// Lays it over the map; opens it where there is none.
  void add(const QString& path);
  bool settled() const override;
  MapBoard* board() const { return board_; }
  QString problem() const;
  void saveState(QSettings& settings) const override;
  void restoreState(QSettings& settings) override;

 private:
  struct Opened {
    bool over = false;
    std::optional<MapLayer> layer;
    QString problem;
  };
  void ask(bool over);
  void start(const QString& path, bool over);
  void take(const Opened& opened);
  void writeAreas();
  Desk& desk_;
  EmptyState* empty_;
  Banner* banner_;
  QLabel* name_;
  MapBoard* board_;
  QStackedWidget* pages_;
  Background<Opened> opening_;
};

}  // namespace warmstart
