// The samples' ways through the experts: a column a layer, a node an expert (its height is its
// load), ribbons of the samples by group, or by when they were memorized, along their heaviest
// experts, and over them the whole pathways of one or two chosen samples. A click on a ribbon
// chooses a sample of it.
#pragma once
#include <QImage>
#include <QPainterPath>
#include <QWidget>
#include <memory>
#include <optional>

#include "core/pathway/sample_course.h"
#include "views/inspect/background.h"

namespace warmstart {

/// One step as the view shows it.
struct PathwayScene {
  RoutingRecord record;
  StepPathways step;
  std::vector<std::int64_t> group_names;  ///< rising
};
using PathwayScenePtr = std::shared_ptr<const PathwayScene>;
using SampleCoursePtr = std::shared_ptr<const SampleCourse>;

class PathwayMap : public QWidget {
  Q_OBJECT
 public:
  explicit PathwayMap(QWidget* parent = nullptr);
  /// `memorized`: of the same samples, whose steps of memorization then colour the ribbons;
  /// nullptr = groups do.
  void setScene(const PathwayScenePtr& scene, const SampleCoursePtr& memorized = nullptr);
  /// Only that group keeps its colour; none = all do.
  void setGroup(std::optional<std::int64_t> group);
  void setChosen(int first, int second);  ///< -1 = none
  QRectF nodeOf(std::size_t layer, std::size_t expert) const;
  /// A place on the ribbon that the sample is in, behind that layer.
  QPointF placeOf(int sample, std::size_t layer) const;
  QSize sizeHint() const override;
  /// Whether the ribbons on the screen are those of the scene; they are drawn beside the window's
  /// own work.
  bool settled() const;

 signals:
  void sampleClicked(int sample, bool second);

 protected:
  void paintEvent(QPaintEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void changeEvent(QEvent* event) override;
  bool event(QEvent* event) override;

 private:
  struct Ribbon {
    std::size_t layer = 0, from = 0, to = 0;
    std::int64_t group = 0, memorized_at = 0;
    std::vector<int> samples;
    QPainterPath path;
  };
  void gatherRibbons();
  QColor colourOf(const Ribbon& ribbon) const;
  QString textOf(const Ribbon& ribbon) const;
  void layOut();
  void stack(std::size_t layer);
  const Ribbon* ribbonAt(const QPointF& place) const;
  void drawAgain();
  void startDrawing();
  void drawNodes(QPainter& painter) const;
  void drawPathway(QPainter& painter, int sample, const QColor& colour, bool dashed) const;
  PathwayScenePtr scene_;
  SampleCoursePtr memorized_;
  std::vector<std::vector<QRectF>> nodes_;
  std::vector<Ribbon> ribbons_;
  std::optional<std::int64_t> group_;
  int first_ = -1, second_ = -1;
  bool stale_ = false;  ///< the ribbons have changed since drawing them began
  QImage picture_;      ///< of the ribbons
  Background<QImage> drawing_;
};

/// Colours of the first and the second chosen sample.
QColor firstSampleColour();
QColor secondSampleColour();

}  // namespace warmstart
