// Captures of kind "routing": the samples' ways through the experts at one step, their distances
// and alignments, and the course of the whole run with what goes along with it (seed card 05). What
// is computed is computed on another thread, by the functions of core/pathway.
#pragma once
#include "views/inspect/background.h"
#include "views/inspect/capture_view.h"
#include "views/pathway/pathway_reading.h"

class QComboBox;
class QLabel;
class QSortFilterProxyModel;
class QSpinBox;
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
  /// The samples under Distances, the groups, the correlations, else the course by step.
  QByteArray csv() const override;
  bool settled() const override;

  PathwayMap* map() const { return map_; }
  QTableView* table() const { return table_; }
  AlignmentStrip* alignment() const { return alignment_; }
  HeatMap* matrix() const { return matrix_; }
  HeatMap* groups() const { return groups_; }
  HeatMap* layers() const { return layers_; }
  CoursePlot* course() const { return course_; }
  QTableWidget* correlations() const { return correlations_; }
  QTabWidget* tabs() const { return tabs_; }
  QComboBox* aggregate() const { return aggregate_; }
  QComboBox* group() const { return group_; }
  QComboBox* colours() const { return colours_; }
  QSpinBox* share() const { return share_; }
  QString summary() const;
  QString memorized() const;  ///< how many samples are, and by which loss
  QString problem() const;
  int first() const { return first_; }    ///< chosen sample, -1 = none
  int second() const { return second_; }  ///< the one it is compared with

 public slots:
  void choose(int first, int second);

 private:
  QWidget* makeTop();
  QWidget* makeSide();
  QLayout* makeMemorized(QWidget* side);
  QWidget* makeTabs();
  void fillTop(QLayout* row);
  void startScene();
  void startCourse();
  void startSamples();
  void takeScene(const PathwayFound<PathwayScene>& found);
  void takeCourse(const PathwayFound<PathwayCourse>& found);
  void takeSamples(const PathwayFound<SampleCourse>& found);
  void showScene();
  void showSamples();
  void showMemorized(const QString& problem);
  void showCourse();
  void showCorrelations();
  void showGroups();
  void showChosen();
  std::string aggregateName() const;
  QString groupWord() const;
  SampleCoursePtr fitting() const;

  CapturePtr capture_;
  PathwayScenePtr scene_;
  std::shared_ptr<const PathwayCourse> log_course_;    ///< as the run's log has it
  std::shared_ptr<const PathwayCourse> known_course_;  ///< with what its records tell together
  SampleCoursePtr samples_;
  Background<PathwayFound<PathwayScene>> scenes_{[this](const auto& found) { takeScene(found); }};
  Background<PathwayFound<PathwayCourse>> courses_{
      [this](const auto& found) { takeCourse(found); }};
  Background<PathwayFound<SampleCourse>> sample_courses_{
      [this](const auto& found) { takeSamples(found); }};
  std::size_t records_ = 0;
  bool samples_due_ = false;  ///< to be read once the scene has come
  int picked_ = -1, first_ = -1, second_ = -1;
  SampleModel* model_;
  QSortFilterProxyModel* sorted_;
  Banner* banner_;
  QLabel *summary_, *words_, *memorized_;
  QComboBox *aggregate_, *group_, *colours_;
  QSpinBox* share_;
  PathwayMap* map_;
  QTableView* table_;
  AlignmentStrip* alignment_;
  QTabWidget* tabs_;
  HeatMap *matrix_, *groups_, *layers_;
  CoursePlot* course_;
  QTableWidget* correlations_;
};

}  // namespace warmstart
