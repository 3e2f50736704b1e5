// What exactly goes into a model: samples of one data entry as the files give them and as the
// transforms leave them, side by side: pictures, sounds, texts and numbers. Asks `warmstart
// preview`; a volume shows one slice of it, the middle one at first.
#pragma once
#include <QPointer>
#include <QWidget>
#include <functional>
#include <optional>

#include "core/base/error.h"
#include "views/desk/desk.h"
#include "views/desk/program.h"
#include "views/inspect/background.h"
#include "views/setup/draft.h"
#include "views/setup/preview_items.h"
#include "views/setup/submitter.h"

class QComboBox;
class QLabel;
class QPushButton;
class QSlider;
class QSpinBox;
class QTemporaryDir;

namespace warmstart {

class Banner;
class PreviewSheet;

class PreviewView : public QWidget {
  Q_OBJECT
 public:
  PreviewView(Desk& desk, Draft& draft, QWidget* parent = nullptr);
  ~PreviewView() override;
  void setChoice(std::function<RunChoice()> choice) { choice_ = std::move(choice); }
  void start();
  void showFile(const QString& file);
  const std::vector<PreviewItem>& items() const;
  QComboBox* entries() const { return entry_; }
  QSpinBox* sample() const { return sample_; }
  QSlider* slices() const { return slice_; }
  bool settled() const { return !drawing_.busy(); }

 private:
  QWidget* makeHead();
  void fillEntries();
  struct Drawn {
    std::shared_ptr<const TensorFile> file;
    std::vector<PreviewItem> items;
    QStringList samples;
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
  Banner* banner_;
  QComboBox* entry_;
  QSpinBox* sample_;
  QPushButton* button_;
  QSlider* slice_;
  QLabel *slice_text_, *name_;
  PreviewSheet* sheet_;
  Background<Drawn> drawing_{[this](const Drawn& drawn) { take(drawn); }};
};

}  // namespace warmstart
