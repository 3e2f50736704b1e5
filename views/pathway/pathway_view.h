// Captures of kind "routing": the samples' ways through the experts at one step, their distances
// and alignments, and the course of the whole run with what goes along with it (seed card 05). What
// is computed is computed on another thread, by the functions of core/pathway.
#pragma once
#include "core/pathway/grokking_timeline.h"
#include "views/inspect/background.h"
#include "views/inspect/capture_view.h"
#include "views/pathway/pathway_map.h"

class QComboBox;
class QLabel;
class QSortFilterProxyModel;
class QTableView;
class QTableWidget;
class QTabWidget;

namespace warmstart {

class AlignmentStrip;
class Banner;
class CoursePlot;
class HeatMap;
class SampleModel;

class PathwayView : public CaptureView {
  Q_OBJECT
 public:
  explicit PathwayView(QWidget* parent = nullptr);
  void setCapture(const CapturePtr& capture, int sample, const QStringList& classes) override;
  void setRecords(std::size_t count) override;
  /// The samples under Distances, the correlations, else the course by step.
  QByteArray csv() const override;
  bool settled() const override;

  PathwayMap* map() const { return map_; }
  QTableView* table() const { return table_; }
  AlignmentStrip* alignment() const { return alignment_; }
  HeatMap* matrix() const { return matrix_; }
  HeatMap* layers() const { return layers_; }
  CoursePlot* course() const { return course_; }
  QTableWidget* correlations() const { return correlations_; }
  QTabWidget* tabs() const { return tabs_; }
  QComboBox* aggregate() const { return aggregate_; }
  QComboBox* group() const { return group_; }
  QString summary() const;
  QString problem() const;
  int first() const { return first_; }    ///< chosen sample, -1 = none
  int second() const { return second_; }  ///< the one it is compared with

 public slots:
  void choose(int first, int second);

 private:
  struct Course {
    GrokkingTimeline timeline;
    std::vector<CorrelationRow> correlations;
  };
  /// What was found in a run, or why nothing was.
  template <class What>
  struct Found {
    Path run;
    std::shared_ptr<const What> what;
    QString problem;
  };
  static Found<PathwayScene> makeScene(const CapturePtr& capture, const std::string& aggregate);
  static Found<Course> readCourse(const CapturePtr& capture, const std::string& aggregate);
  QWidget* makeTop();
  QWidget* makeSide();
  QWidget* makeTabs();
  void fillTop(QLayout* row);
  void startScene();
  void startCourse();
  void takeScene(const Found<PathwayScene>& found);
  void takeCourse(const Found<Course>& found);
  void showScene();
  void showMatrix();
  void showLayers();
  void showCorrelations();
  void showGroups();
  void showChosen();
  std::string aggregateName() const;

  CapturePtr capture_;
  PathwayScenePtr scene_;
  std::shared_ptr<const Course> known_course_;
  Background<Found<PathwayScene>> scenes_{[this](const auto& found) { takeScene(found); }};
  Background<Found<Course>> courses_{[this](const auto& found) { takeCourse(found); }};
  std::size_t records_ = 0;
  int picked_ = -1, first_ = -1, second_ = -1;
  SampleModel* model_;
  QSortFilterProxyModel* sorted_;
  Banner* banner_;
  QLabel *summary_, *words_;
  QComboBox *aggregate_, *group_;
  PathwayMap* map_;
  QTableView* table_;
  AlignmentStrip* alignment_;
  QTabWidget* tabs_;
  HeatMap *matrix_, *layers_;
  CoursePlot* course_;
  QTableWidget* correlations_;
};

}  // namespace warmstart
