#include "views/runs/run_rows.h"

#include <QHash>
#include <QRegularExpression>

#include "core/run/workspace.h"
#include "views/runs/run_words.h"

namespace warmstart {
namespace {

struct ClaimSummary {
  QString state, text;
};

QString claimSentence(const ClaimRecord& claim) {
  return QString::fromStdString(
      claim.detail.is_object() ? claim.detail.value("sentence", claim.text) : claim.text);
}

/// Claims by experiment: one that is not shown outweighs those that hold.
QHash<qint64, ClaimSummary> claimsByExperiment(const std::vector<ClaimRecord>& claims) {
  QHash<qint64, ClaimSummary> summaries;
  for (const ClaimRecord& claim : claims) {
    if (claim.experiment == 0) continue;
    ClaimSummary& summary = summaries[claim.experiment];
    if (summary.state != QLatin1String("not_shown"))
      summary.state = QString::fromStdString(claim.state);
    summary.text +=
        (summary.text.isEmpty() ? QString() : QStringLiteral("\n")) + claimSentence(claim);
  }
  return summaries;
}

RunRow rowOf(const RunRecord& record) {
  RunRow row;
  row.id = QString::fromStdString(record.info.run);
  row.title = QString::fromStdString(record.info.title);
  row.recipe = QString::fromStdString(record.info.recipe);
  row.arm = QString::fromStdString(record.info.arm);
  row.profile = QString::fromStdString(record.info.profile);
  row.state = QString::fromStdString(record.state);
  row.device = QString::fromStdString(record.info.device);
  row.note = QString::fromStdString(record.note);
  row.error = QString::fromStdString(record.error);
  for (const std::string& tag : record.tags) row.tags << QString::fromStdString(tag);
  row.seed = record.info.seed;
  row.step = record.step;
  row.total = record.total_steps;
  row.experiment = record.info.experiment;
  row.created = record.created;
  row.started = record.started;
  row.ended = record.ended;
  return row;
}

}  // namespace

double RunRow::duration(double now) const {
  if (!(started > 0)) return 0;
  const double end = ended > started ? ended : atWork() ? now : 0;
  return std::max(0.0, end - started);
}

std::vector<RunRow> runRows(const Index& index) {
  const QHash<qint64, ClaimSummary> claims = claimsByExperiment(index.claims);
  std::vector<RunRow> rows;
  rows.reserve(index.runs.size());
  for (const RunRecord& record : index.runs) {
    RunRow row = rowOf(record);
    const ClaimSummary claim = claims.value(row.experiment);
    row.claim = claim.state;
    row.claim_text = claim.text;
    row.search_text =
        QStringList{row.id,    row.title,  row.recipe, row.arm,
                    row.state, row.device, row.note,   row.tags.join(QLatin1Char(' '))}
            .join(QLatin1Char('\n'))
            .toLower();
    rows.push_back(std::move(row));
  }
  return rows;
}

RunQuery::RunQuery(const QString& text) {
  static const QStringList keys{
      QStringLiteral("recipe"), QStringLiteral("arm"),  QStringLiteral("state"),
      QStringLiteral("tag"),    QStringLiteral("seed"), QStringLiteral("profile"),
      QStringLiteral("device"), QStringLiteral("note"), QStringLiteral("claim")};
  static const QRegularExpression blank(QStringLiteral("\\s+"));
  for (const QString& word : text.toLower().split(blank, Qt::SkipEmptyParts)) {
    const qsizetype colon = word.indexOf(QLatin1Char(':'));
    const QString key = colon > 0 ? word.left(colon) : QString();
    if (keys.contains(key)) {
      terms_.push_back({key, word.mid(colon + 1)});
    } else {
      terms_.push_back({QString(), word});
    }
  }
}

bool RunQuery::matches(const RunRow& row) const {
  return std::all_of(terms_.begin(), terms_.end(),
                     [&](const Term& term) { return matches(row, term); });
}

bool RunQuery::matches(const RunRow& row, const Term& term) {
  const auto in = [&](const QString& text) {
    return text.contains(term.value, Qt::CaseInsensitive);
  };
  if (term.key.isEmpty()) return row.search_text.contains(term.value);
  if (term.key == QLatin1String("recipe")) return in(row.recipe);
  if (term.key == QLatin1String("arm")) return in(row.arm);
  if (term.key == QLatin1String("state")) return in(row.state) || in(stateText(row.state));
  if (term.key == QLatin1String("tag")) return std::any_of(row.tags.begin(), row.tags.end(), in);
  if (term.key == QLatin1String("seed"))
    return term.value.isEmpty() || QString::number(row.seed) == term.value;
  if (term.key == QLatin1String("profile")) return in(row.profile);
  if (term.key == QLatin1String("device")) return in(row.device);
  if (term.key == QLatin1String("note")) return in(row.note);
  return in(row.claim) || in(stateText(row.claim));
}

}  // namespace warmstart
