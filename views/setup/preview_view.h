// What exactly goes into a model: samples of one data entry as the files give them and as the
// transforms leave them, side by side. Asks `warmstart preview`; a volume shows its middle slices.
#pragma once
#include <QPointer>
#include <QWidget>
#include <functional>

#include "views/desk/desk.h"
#include "views/desk/program.h"
#include "views/setup/draft.h"
#include "views/setup/submitter.h"

class QComboBox;
class QLabel;
class QPushButton;
class QSpinBox;
class QTemporaryDir;

namespace warmstart {

class Banner;

/// One array of a preview file as a picture, with its range.
struct PreviewPicture {
  QString title, detail;
  QImage image;
};
/// Reads the arrays of sample `sample`; slow, for a background thread. Error as TensorFile.
std::vector<PreviewPicture> readPreview(const QString& file, int sample);

class PreviewView : public QWidget {
  Q_OBJECT
 public:
  PreviewView(Desk& desk, Draft& draft, QWidget* parent = nullptr);
  ~PreviewView() override;
  void setChoice(std::function<RunChoice()> choice) { choice_ = std::move(choice); }
  void start();
  void showFile(const QString& file);
  int pictureCount() const { return static_cast<int>(pictures_.size()); }

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  void fillEntries();
  void readSample();
  Desk& desk_;
  Draft& draft_;
  std::function<RunChoice()> choice_;
  std::unique_ptr<QTemporaryDir> folder_;
  QString file_;
  QPointer<ProgramTask> task_;
  std::vector<PreviewPicture> pictures_;
  Banner* banner_;
  QComboBox* entry_;
  QSpinBox* sample_;
  QPushButton* button_;
  QWidget* head_;
};

}  // namespace warmstart
