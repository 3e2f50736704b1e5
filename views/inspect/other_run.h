// The captures of a second run, for a comparison: finds what an inspector recorded there at a step
// and opens it in the background, also while that run is at work. Used by the Inspect panel. GUI
// thread.
#pragma once
#include <QObject>

#include "views/inspect/run_captures.h"

namespace warmstart {

class OtherRun : public QObject {
  Q_OBJECT
 public:
  explicit OtherRun(RunFeeds& feeds, QObject* parent = nullptr);
  /// `name`: what the sentences call it. "", "" = none.
  void setRun(const QString& run, const QString& name);
  const QString& run() const { return run_; }
  const QString& name() const { return name_; }
  /// The capture of that inspector at the nearest step that is not later; changed() says that it
  /// came, or that there is none.
  void want(const QString& inspector, qint64 step);
  const CapturePtr& capture() const { return capture_; }
  /// Why there is no capture; "" = there is one, or it is looked for.
  const QString& problem() const { return problem_; }
  const RunHistory& log() const;  ///< while a run is set
  bool settled() const { return captures_.settled(); }

 signals:
  void changed();

 private:
  void refreshList();
  void find();
  void showProblem(const QString& problem);
  QString nothingFound() const;
  RunCaptures captures_;
  CaptureEntries entries_;
  QString run_, name_, inspector_, problem_;
  qint64 step_ = -1;
  Path asked_;
  CapturePtr capture_;
};

}  // namespace warmstart
