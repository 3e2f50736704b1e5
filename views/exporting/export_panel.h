// The Export panel: takes the trained model of the selected run out of the workspace, verified, or
// runs it on new files.
#pragma once
#include "views/desk/panel.h"

class QLabel;
class QStackedWidget;
class QTabWidget;

namespace warmstart {

class EmptyState;
class ExportPage;
class PredictPage;

class ExportPanel : public Panel {
  Q_OBJECT
 public:
  explicit ExportPanel(Desk& desk);
  void saveState(QSettings& settings) const override;
  void restoreState(QSettings& settings) override;
  QStringList tourStops() const override;
  void showTourStop(const QString& stop) override;
  ExportPage& exporting() { return *export_; }
  PredictPage& predicting() { return *predict_; }

 protected:
  void showEvent(QShowEvent* event) override;

 private:
  void addActions();
  void refresh();
  Desk& desk_;
  QStackedWidget* pages_;
  EmptyState* empty_;
  QLabel* title_;
  QTabWidget* tabs_;
  ExportPage* export_;
  PredictPage* predict_;
};

}  // namespace warmstart
