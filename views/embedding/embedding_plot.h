// Points of an embedding on two axes of its scene, in the colours of their labels. A drag
// draws a lasso, a click chooses the point under it, the wheel zooms, R or a double click shows
// all.
#pragma once
#include "views/embedding/embedding_scene.h"
#include "views/look/plot.h"

namespace warmstart {

class EmbeddingPlot : public look::Plot {
  Q_OBJECT
 public:
  explicit EmbeddingPlot(QWidget* parent = nullptr);
  /// `across`, `up`: which axes of the scene. The zoom stays while the number of points does.
  void setScene(const EmbeddingScenePtr& scene, std::size_t across, std::size_t up);
  /// What is ringed: the points in the lasso, or neighbours.
  void setMarked(const std::vector<int>& points);
  void setChosen(int point);  ///< -1 = none
  QPointF placeOf(int point) const;
  int pointAt(const QPointF& place) const;  ///< -1 = none is near
  void showAll();
  bool zoomed() const { return zoomed_; }

 signals:
  void lassoed(const std::vector<int>& points);
  void pointChosen(int point);  ///< -1 = a click beside all points

 protected:
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void mouseDoubleClickEvent(QMouseEvent* event) override;
  void wheelEvent(QWheelEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void changeEvent(QEvent* event) override;

 private:
  double coordinate(int point, std::size_t axis) const;
  void makeGraphs();
  QCPGraph* addPoints(const QString& name, const QCPScatterStyle& style);
  void fit();
  void drawLasso();
  void paintColours();
  EmbeddingScenePtr scene_;
  std::size_t across_ = 0, up_ = 1;
  std::vector<int> marked_;
  int chosen_ = -1;
  QCPGraph *marks_ = nullptr, *choice_ = nullptr;
  QCPCurve* outline_;
  QPolygonF lasso_;  ///< in pixels
  bool drawing_ = false, zoomed_ = false;
};

}  // namespace warmstart
