// Exports the selected run's trained model and shows what the verification found. The work is done
// by `warmstart export`; this page asks, waits, shows. Part of the Export panel.
#pragma once
#include <QPointer>
#include <QWidget>

#include "views/desk/desk.h"
#include "views/exporting/export_report.h"

class QButtonGroup;
class QLabel;
class QLineEdit;
class QProgressBar;
class QPushButton;
class QTextBrowser;
class QTreeWidget;

namespace warmstart {

class Banner;
class ProgramTask;
struct ProgramResult;

class ExportPage : public QWidget {
  Q_OBJECT
 public:
  explicit ExportPage(Desk& desk, QWidget* parent = nullptr);
  void setRun(const QString& run);
  QString format() const;
  void setFormat(const QString& format);
  QStringList arguments() const;  ///< of the call that the form describes
  void start();
  void cancel();
  void copyAsCommand() const;
  void openFolder() const;
  bool busy() const { return !task_.isNull(); }

 signals:
  void busyChanged();

 private:
  QWidget* makeForm();
  QWidget* makeFormats();
  QWidget* makeButtons();
  QWidget* makeReport();
  void suggestFile();
  void chooseFile();
  void finish(const QString& run, const Path& path, const ProgramResult& result);
  void setBusy(bool busy);
  void showExport(const ExportedFile& file);
  void showNothing();
  void listEarlier();
  void fillEarlier(const std::vector<ExportedFile>& files);

  Desk& desk_;
  QString run_;
  Banner* banner_;
  QButtonGroup* formats_;
  QLineEdit* file_;
  QPushButton *export_, *cancel_;
  QProgressBar* progress_;
  QLabel *verdict_, *verdict_detail_;
  QTreeWidget *differences_, *earlier_;
  QTextBrowser* card_;
  std::vector<ExportedFile> files_;
  QPointer<ProgramTask> task_;
  bool suggested_ = true;  ///< the file's name is ours, not the user's
};

}  // namespace warmstart
