// A metric of the chosen runs against a setting in which they differ: labelled samples, width,
// steps. Reads in the background and again when a chosen run ends. Part of the runs panel.
#pragma once
#include <QVariantMap>
#include <QWidget>

#include "core/run/metric_values.h"
#include "views/desk/desk.h"
#include "views/runs/sweep.h"

class QCheckBox;
class QComboBox;
class QStackedWidget;

namespace warmstart {

class EmptyState;
class SweepPlot;

class SweepView : public QWidget {
  Q_OBJECT
 public:
  explicit SweepView(Desk& desk, QWidget* parent = nullptr);
  void setRuns(const QStringList& runs);
  /// Nothing is being read.
  bool settled() const { return reading_ == 0; }
  SweepPlot* plot() const { return plot_; }
  QComboBox* metrics() const { return metrics_; }
  QComboBox* settings() const { return settings_; }
  /// What stands in place of the plot; "" where that is shown.
  QString emptySentence() const;
  /// By the ending of the file: .png, .svg, .pdf, .csv. Error as look::savePicture.
  void save(const QString& file);
  QVariantMap state() const;
  void setState(const QVariantMap& state);

 protected:
  void showEvent(QShowEvent* event) override;

 private:
  using Trees = std::map<std::string, std::shared_ptr<const Value>>;  ///< recipes by run
  using Samples = std::shared_ptr<const std::vector<SweepSample>>;
  struct Found {
    Samples samples;
    std::vector<std::string> settings;
    Trees trees;
  };
  QWidget* makeBar();
  void addActions();
  void read();
  void readAgain();
  void takeNames(const std::vector<MetricName>& names);
  void readValues();
  void findSettings(const std::vector<MeasuredValue>& values);
  void takeSettings(const Found& found);
  void drawLines();
  void showEmpty(const QString& sentence, const QString& button = {},
                 std::function<void()> act = {});
  void askForRuns();
  void askForFile();
  std::size_t endings() const;  ///< hash of the chosen runs' states
  Desk& desk_;
  QComboBox *metrics_, *settings_;
  QCheckBox *log_x_, *log_y_;
  QStackedWidget* pages_;
  EmptyState* empty_;
  SweepPlot* plot_;
  QStringList runs_;
  Trees trees_;
  Samples samples_;
  std::vector<SweepLine> lines_;
  QString wanted_metric_, wanted_setting_;  ///< what was chosen last, for other runs too
  std::size_t seen_ = 0;
  quint64 asked_ = 0;  ///< counts wishes: what was asked for before is not taken
  int reading_ = 0;
  bool stale_ = true;
};

}  // namespace warmstart
