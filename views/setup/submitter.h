// From a recipe (installed, or a draft's text) to jobs in the queue: asks the program to resolve
// it, submits the snapshot on the session's thread, starts the runner, and tells. Used by the
// gallery and the set-up panel. What is submitted never changes with the text it came from.
#pragma once
#include <QObject>
#include <functional>

#include "core/run/submission.h"
#include "views/desk/desk.h"

namespace warmstart {

/// What to run and how; empty members leave the recipe's own choice.
struct RunChoice {
  QString recipe;   ///< id or file; "" = `text`
  QByteArray text;  ///< of a draft
  QString as;       ///< where the text belongs: for relative paths and messages
  QString id;       ///< name of the recipe in the index; "" = the program's
  QString profile = QStringLiteral("small");
  QString arm, data, device;
  QList<qint64> seeds;
  qint64 priority = 0;

  /// Arguments of `warmstart COMMAND` for this choice; a text goes through standard input.
  /// `command`: its words up to the recipe.
  QStringList arguments(const QStringList& command) const;
};

class Submitter : public QObject {
  Q_OBJECT
 public:
  explicit Submitter(Desk& desk, QObject* parent = nullptr) : QObject(parent), desk_(desk) {}
  void submit(const RunChoice& choice);
  bool busy() const { return busy_; }

 signals:
  void busyChanged(bool busy);
  void submitted(const QStringList& runs);
  void refused(const QString& problem);

 private:
  void take(const RunChoice& choice, Json resolved);
  void done(const std::vector<Job>& jobs);
  void setBusy(bool busy);
  void refuse(const QString& problem);
  Desk& desk_;
  bool busy_ = false;
};

}  // namespace warmstart
