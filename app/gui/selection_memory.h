// Brings back the runs, the step and the sample that a workspace was left with, and keeps them soon
// after every change, so that a crash does not lose them.
#pragma once
#include <QTimer>

#include "views/desk/desk.h"

namespace warmstart {

class SelectionMemory : public QObject {
  Q_OBJECT
 public:
  SelectionMemory(Desk& desk, QObject* parent);
  void save() const;

 private:
  QString key() const;
  void restore(const QVariantMap& last);
  Desk& desk_;
  QTimer soon_;
};

}  // namespace warmstart
