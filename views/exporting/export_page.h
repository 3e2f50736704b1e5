// Exports the selected run's trained model and shows what the verification found. The work is done
// by `warmstart export`; this page asks, waits, shows. Part of the Export panel.
#pragma once
#include <QPointer>
#include <QWidget>

#include "views/desk/desk.h"
#include "views/exporting/export_report.h"

class QLabel;
class QProgressBar;
class QPushButton;
class QTextBrowser;
class QTreeWidget;
class QTreeWidgetItem;

namespace warmstart {

class Banner;
class ExportForm;
class ProgramTask;
struct ProgramResult;

class ExportPage : public QWidget {
  Q_OBJECT
 public:
  explicit ExportPage(Desk& desk, QWidget* parent = nullptr);
  void setRun(const QString& run);
  ExportForm& form() { return *form_; }
  void start();
  void cancel();
  void copyAsCommand() const;
  void openFolder() const;
  bool busy() const { return !task_.isNull(); }

 signals:
  void busyChanged();

 protected:
  void changeEvent(QEvent* event) override;

 private:
  QWidget* makeButtons();
  QWidget* makeReport();
  void finish(const QString& run, const Path& path, const ProgramResult& result);
  void setBusy(bool busy);
  void paintVerdict();
  void showExport(const ExportedFile& file);
  void showNothing();
  void listEarlier();
  void fillEarlier(const std::vector<ExportedFile>& files);

  Desk& desk_;
  QString run_;
  Banner* banner_;
  ExportForm* form_;
  QPushButton *export_, *cancel_;
  QProgressBar* progress_;
  QLabel *verdict_, *verdict_detail_;
  QTreeWidget *differences_, *earlier_;
  QTextBrowser* card_;
  std::vector<ExportedFile> files_;
  QPointer<ProgramTask> task_;
  bool holds_ = true;  ///< what the verdict's colour says
};

}  // namespace warmstart
