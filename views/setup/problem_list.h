// What is wrong with the draft, one row a problem; activating a row goes there.
#pragma once
#include <QTreeWidget>

#include "views/setup/draft.h"

namespace warmstart {

class ProblemList : public QTreeWidget {
  Q_OBJECT
 public:
  explicit ProblemList(QWidget* parent = nullptr);
  void setProblems(const std::vector<RecipeProblem>& problems);

 signals:
  void chosen(const RecipeProblem& problem);

 private:
  std::vector<RecipeProblem> problems_;
};

/// What differs between the original and the draft, one row a value.
class ChangeList : public QTreeWidget {
  Q_OBJECT
 public:
  explicit ChangeList(Draft& draft, QWidget* parent = nullptr);
  void refresh();

 signals:
  void chosen(const QString& path);

 protected:
  void showEvent(QShowEvent* event) override;

 private:
  Draft& draft_;
};

}  // namespace warmstart
