// How the draft is run: profile, arm, seeds, data folder, device, priority, and the button that
// puts it into the queue.
#pragma once
#include <QWidget>

#include "views/desk/desk.h"
#include "views/setup/draft.h"
#include "views/setup/submitter.h"

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QSpinBox;

namespace warmstart {

class RunBar : public QWidget {
  Q_OBJECT
 public:
  RunBar(Desk& desk, Draft& draft, QWidget* parent = nullptr);
  /// The draft's present text with what is chosen here.
  RunChoice choice() const;
  void setData(const QString& folder);
  void setReady(bool ready, const QString& why);
  QString seedProblem() const;

 signals:
  void queueWanted();
  void choiceChanged();

 private:
  void makeRow();
  void fillFromDraft();
  void fillDevices();
  void copyCommand();
  Desk& desk_;
  Draft& draft_;
  QComboBox *profile_, *arm_, *device_;
  QLineEdit *seeds_, *data_;
  QSpinBox* priority_;
  QPushButton* queue_;
  QLabel* why_;
};

}  // namespace warmstart
