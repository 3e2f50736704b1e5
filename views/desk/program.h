// Asks the program `warmstart` (a process of its own) for what needs torch or long work: validate,
// components, dry run, preview, export, predict. Never blocks; every task can be cancelled, and is
// listed in the window's task area. GUI thread only.
#pragma once
#include <QElapsedTimer>
#include <QObject>
#include <QPointer>
#include <QProcess>
#include <functional>
#include <vector>

#include "core/base/json.h"

namespace warmstart {

struct ProgramResult {
  int code = 0;  ///< exit code as the command line documents; -1 = did not start or was killed
  bool cancelled = false;
  QByteArray output, errors;
  bool good() const { return code == 0 && !cancelled; }
  /// The output as JSON; null when it is none.
  Json json() const;
  /// "error: what; where; what to do" without the first word; the last line of the errors.
  QString problem() const;
};

/// One running call.
class ProgramTask : public QObject {
  Q_OBJECT
 public:
  using Done = std::function<void(const ProgramResult&)>;
  ProgramTask(QString title, QObject* parent);
  ~ProgramTask() override;  ///< ends the program if it still runs
  const QString& title() const { return title_; }
  /// The newest line that the program wrote to standard error: its progress.
  const QString& progressLine() const { return progress_; }
  qint64 milliseconds() const { return clock_.elapsed(); }
  void cancel();  ///< asks it to end (SIGINT); kills it after 5 s

 signals:
  void progressed(const QString& line);
  void finished();

 private:
  friend class Program;
  void start(const QString& program, const QStringList& arguments, const QByteArray& input);
  void readErrors();
  void finish(int code);
  QString title_, progress_;
  QProcess process_;
  QElapsedTimer clock_;
  QByteArray errors_;
  bool cancelled_ = false, finished_ = false;
  QPointer<QObject> context_;
  Done done_;
};

class Program : public QObject {
  Q_OBJECT
 public:
  explicit Program(QString workspace, QObject* parent = nullptr);
  /// Starts `warmstart ARGUMENTS`. `done` is called once on the GUI thread unless `context` has
  /// gone by then (then the program is ended too). A `title` of "" keeps a quick call out of the
  /// task area. The task deletes itself after `done`.
  ProgramTask* start(const QString& title, const QStringList& arguments, QObject* context,
                     ProgramTask::Done done, const QByteArray& input = {});
  /// The arguments as one would type them: "warmstart export RUN --format onnx".
  static QString commandLine(const QStringList& arguments);
  /// {"--workspace", DIR}
  QStringList workspaceArguments() const;
  const std::vector<ProgramTask*>& tasks() const { return tasks_; }  ///< running, with a title

 signals:
  void tasksChanged();

 private:
  QString workspace_;
  std::vector<ProgramTask*> tasks_;
};

}  // namespace warmstart
