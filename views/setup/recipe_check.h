// Checks a draft while it is edited: 400 ms after the last change the program validates its text;
// YAML errors are told at once by the draft itself.
#pragma once
#include <QPointer>
#include <QTimer>
#include <vector>

#include "views/desk/desk.h"
#include "views/desk/program.h"
#include "views/setup/draft.h"

namespace warmstart {

class RecipeCheck : public QObject {
  Q_OBJECT
 public:
  RecipeCheck(Desk& desk, Draft& draft, QObject* parent);
  const std::vector<RecipeProblem>& problems() const { return problems_; }
  /// The present text was checked and nothing is wrong.
  bool valid() const { return checked_ && problems_.empty(); }
  bool checked() const { return checked_; }
  void setRunChoice(const QString& profile, const QString& data);

 signals:
  void problemsChanged();

 private:
  void textChanged();
  void check();
  void take(const ProgramResult& result, const QString& text);
  void set(std::vector<RecipeProblem> problems, bool checked);
  Desk& desk_;
  Draft& draft_;
  QTimer timer_;
  QPointer<ProgramTask> task_;
  std::vector<RecipeProblem> problems_;
  QString profile_ = QStringLiteral("small"), data_;
  bool checked_ = false;
};

/// What `warmstart validate --json` says, one by one; from its error lines where the JSON is
/// missing.
std::vector<RecipeProblem> readProblems(const ProgramResult& result);

}  // namespace warmstart
