// Changes to runs that can be taken back: tags, notes, deleting. Each is a command on the panel's
// undo stack; the work is done on the session's thread. Owned by the runs panel.
#pragma once
#include <QObject>
#include <QUndoStack>

#include "views/desk/desk.h"
#include "views/runs/run_rows.h"

namespace warmstart {

class RunChanges : public QObject {
  Q_OBJECT
 public:
  RunChanges(Desk& desk, QObject* parent);

  QUndoStack& stack() { return stack_; }
  void setTags(const RunRow& run, const QStringList& tags);
  void setNote(const RunRow& run, const QString& note);
  /// Into the trash: undo brings them back until the program ends.
  void remove(const QStringList& runs);

 signals:
  void refused(const Error& error);

 private:
  using Work = std::function<void(Workspace&)>;
  void push(const QString& text, Work redo, Work undo);
  Desk& desk_;
  QUndoStack stack_;
};

}  // namespace warmstart
