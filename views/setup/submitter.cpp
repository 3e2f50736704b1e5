#include "views/setup/submitter.h"

#include "views/desk/notices.h"
#include "views/desk/program.h"
#include "views/desk/selection.h"
#include "views/desk/session.h"

namespace warmstart {

QStringList RunChoice::arguments(const QStringList& command) const {
  QStringList list = command;
  list << (recipe.isEmpty() ? QStringLiteral("-") : recipe);
  const auto add = [&](const QString& option, const QString& value) {
    if (!value.isEmpty()) list << option << value;
  };
  if (recipe.isEmpty()) add(QStringLiteral("--as"), as);
  add(QStringLiteral("--profile"), profile);
  add(QStringLiteral("--arm"), arm);
  for (const qint64 seed : seeds) list << QStringLiteral("--seed") << QString::number(seed);
  add(QStringLiteral("--data"), data);
  return list;
}

void Submitter::submit(const RunChoice& choice) {
  if (busy_) return;
  setBusy(true);
  desk_.program.start(
      {}, choice.arguments({QStringLiteral("resolve")}) << QStringLiteral("--json"), this,
      [this, choice](const ProgramResult& result) {
        Json resolved = result.json();
        if (result.good() && resolved.is_object()) {
          take(choice, std::move(resolved));
        } else {
          refuse(result.problem());
        }
      },
      choice.text);
}

void Submitter::take(const RunChoice& choice, Json resolved) {
  if (!choice.id.isEmpty()) resolved["recipe"] = choice.id.toStdString();
  Submission submission;
  submission.resolved = std::move(resolved);
  submission.priority = choice.priority;
  submission.device = choice.device.toStdString();
  desk_.session.ask(
      this, [submission](Workspace& workspace) { return submit_jobs(workspace, submission); },
      [this](const std::vector<Job>& jobs) { done(jobs); },
      [this](const Error& error) { refuse(QString::fromStdString(error.what())); });
}

void Submitter::done(const std::vector<Job>& jobs) {
  setBusy(false);
  desk_.session.startRunner();
  QStringList runs;
  for (const Job& job : jobs) runs << QString::fromStdString(job.run);
  desk_.notices.tell(
      tr("%n run(s) queued", nullptr, static_cast<int>(runs.size())), tr("Show Queue"),
      [&selection = desk_.selection] { emit selection.panelWanted(QStringLiteral("queue")); });
  emit submitted(runs);
}

void Submitter::setBusy(bool busy) {
  busy_ = busy;
  emit busyChanged(busy);
}

void Submitter::refuse(const QString& problem) {
  setBusy(false);
  emit refused(problem);
}

}  // namespace warmstart
