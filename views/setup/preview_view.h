// What exactly goes into a model: samples of one data entry as the files give them and as the
// transforms leave them, side by side. Asks `warmstart preview`; a volume shows one slice of it,
// the middle one at first.
#pragma once
#include <QPointer>
#include <QWidget>
#include <functional>
#include <optional>

#include "core/base/error.h"
#include "core/base/tensor_file.h"
#include "views/desk/desk.h"
#include "views/desk/program.h"
#include "views/inspect/background.h"
#include "views/setup/draft.h"
#include "views/setup/submitter.h"

class QComboBox;
class QLabel;
class QPushButton;
class QSlider;
class QSpinBox;
class QTemporaryDir;

namespace warmstart {

class Banner;

/// One array of a preview file as a picture, with its range.
struct PreviewPicture {
  QString title, detail;
  QImage image;
  int slices = 1;  ///< that the array has; one of them is the picture
};
/// Draws the arrays of sample `sample`, of volumes the slice at `depth` (0 = the first, 1 = the
/// last). For a background thread.
std::vector<PreviewPicture> readPreview(const TensorFile& file, int sample, double depth);

class PreviewView : public QWidget {
  Q_OBJECT
 public:
  PreviewView(Desk& desk, Draft& draft, QWidget* parent = nullptr);
  ~PreviewView() override;
  void setChoice(std::function<RunChoice()> choice) { choice_ = std::move(choice); }
  void start();
  void showFile(const QString& file);
  int pictureCount() const { return static_cast<int>(pictures_.size()); }
  const std::vector<PreviewPicture>& pictures() const { return pictures_; }
  QSlider* slices() const { return slice_; }
  bool settled() const { return !drawing_.busy(); }

 protected:
  void paintEvent(QPaintEvent* event) override;
  void wheelEvent(QWheelEvent* event) override;

 private:
  void fillEntries();
  struct Drawn {
    std::shared_ptr<const TensorFile> file;
    std::vector<PreviewPicture> pictures;
    std::optional<Error> error;
  };
  void draw();
  void take(const Drawn& drawn);
  void showSlices();
  Desk& desk_;
  Draft& draft_;
  std::function<RunChoice()> choice_;
  std::unique_ptr<QTemporaryDir> folder_;
  QString path_;
  std::shared_ptr<const TensorFile> file_;  ///< nullptr until it is read
  QPointer<ProgramTask> task_;
  std::vector<PreviewPicture> pictures_;
  Banner* banner_;
  QComboBox* entry_;
  QSpinBox* sample_;
  QPushButton* button_;
  QSlider* slice_;
  QLabel* slice_text_;
  QWidget* head_;
  Background<Drawn> drawing_{[this](const Drawn& drawn) { take(drawn); }};
};

}  // namespace warmstart
