// The runs of the index as rows of a table, ready to be drawn, filtered and sorted: every text is
// made once. Pure; called by RunsModel and its benchmark.
#pragma once
#include <QStringList>
#include <vector>

#include "views/desk/session.h"

namespace warmstart {

struct RunRow {
  QString id, title, recipe, arm, profile, state, device, note, error;
  QString claim;        ///< of its experiment or else its recipe: "holds", "not_shown", ""
  QString claim_text;   ///< the sentences of its claims
  QString search_text;  ///< lower case, everything that a word may match
  QStringList tags;
  qint64 seed = 0, step = 0, total = 0, experiment = 0;
  double created = 0, started = 0, ended = 0;
  bool atWork() const {
    return state == QLatin1String("running") || state == QLatin1String("starting");
  }
  /// Seconds at work, until now for a run that is.
  double duration(double now) const;
};

std::vector<RunRow> runRows(const Index& index);

/// "hippocampus state:done seed:1 tag:good dice": all words must match; a key (recipe, arm, state,
/// tag, seed, profile, device, note, claim) looks in its own column alone, seed exactly. Upper and
/// lower case are the same.
class RunQuery {
 public:
  explicit RunQuery(const QString& text);
  bool matches(const RunRow& row) const;

 private:
  struct Term {
    QString key, value;
  };
  static bool matches(const RunRow& row, const Term& term);
  std::vector<Term> terms_;
};

}  // namespace warmstart
