#include "views/queue/queue_actions.h"

#include <QClipboard>
#include <QDesktopServices>
#include <QMenu>

#include "views/desk/action_book.h"
#include "views/desk/notices.h"
#include "views/desk/program.h"
#include "views/desk/selection.h"
#include "views/desk/session.h"
#include "views/queue/job_changes.h"
#include "views/queue/queue_lanes.h"

namespace warmstart {
namespace {

bool anyJob(const Job&) { return true; }

/// The command line that would queue the same again.
QString submitCommand(const Job& job, const QStringList& workspace) {
  QStringList words{QStringLiteral("submit"),    QString::fromStdString(job.recipe),
                    QStringLiteral("--arm"),     QString::fromStdString(job.arm),
                    QStringLiteral("--seed"),    QString::number(job.seed),
                    QStringLiteral("--profile"), QString::fromStdString(job.profile)};
  if (job.priority != 0) words << QStringLiteral("--priority") << QString::number(job.priority);
  if (!job.device_wanted.empty())
    words << QStringLiteral("--device") << QString::fromStdString(job.device_wanted);
  return Program::commandLine(words + workspace);
}

}  // namespace

QueueActions::QueueActions(Desk& desk, QWidget* owner)
    : QObject(owner), desk_(desk), owner_(owner) {
  start_ = desk_.actions.add({.id = QStringLiteral("queue.start"),
                              .menu = QStringLiteral("Queue"),
                              .text = tr("&Start runner"),
                              .tip = tr("Execute what waits; it goes on when this window closes"),
                              .icon = QStringLiteral("play")},
                             owner_, [this] { desk_.session.startRunner(); });
  addChanges();
  addMoves();
  addOthers();
  setJobs({}, {});
}

void QueueActions::addChanges() {
  addChange("queue.pause", tr("&Pause"),
            tr("Save a checkpoint and free the device; hold what waits"), QStringLiteral("pause"),
            QKeySequence(tr("Ctrl+P")), canPause,
            [](Queue& queue, std::int64_t id) { queue.pause(id); });
  addChange("queue.resume", tr("&Resume"), tr("Go on from the last checkpoint"),
            QStringLiteral("play"), QKeySequence(tr("Ctrl+R")), canResume,
            [](Queue& queue, std::int64_t id) { queue.resume(id); });
  addChange("queue.stop", tr("S&top and save"), tr("Save a checkpoint and end"),
            QStringLiteral("stop"), {}, canStop,
            [](Queue& queue, std::int64_t id) { queue.stop(id); });
  addChange("queue.cancel", tr("&Cancel"), tr("End without saving; the run can be retried"),
            QStringLiteral("cancel"), QKeySequence::Delete, canCancel,
            [](Queue& queue, std::int64_t id) { queue.cancel(id); });
  addChange("queue.retry", tr("Retr&y"), tr("Queue it again, from its last checkpoint"),
            QStringLiteral("retry"), {}, canRetry,
            [](Queue& queue, std::int64_t id) { queue.retry(id); });
  addCommand("queue.extend", tr("&Extend by steps"),
             tr("Add steps to the last stage and queue it again"), QStringLiteral("add"), {},
             canExtend, [this] { emit extendWanted(); });
}

void QueueActions::addMoves() {
  addCommand("queue.up", tr("Move &up"), tr("Start earlier"), QStringLiteral("up"),
             QKeySequence(tr("Alt+Up")), canMove, [this] { moveBy(-1); });
  addCommand("queue.down", tr("Move &down"), tr("Start later"), QStringLiteral("down"),
             QKeySequence(tr("Alt+Down")), canMove, [this] { moveBy(1); });
  addCommand("queue.raise", tr("Raise pr&iority"), tr("Start before all of its present priority"),
             {}, QKeySequence(tr("Alt+Shift+Up")), canMove, [this] { changePriority(1); });
  addCommand("queue.lower", tr("&Lower priority"), tr("Start after all of its present priority"),
             {}, QKeySequence(tr("Alt+Shift+Down")), canMove, [this] { changePriority(-1); });
}

void QueueActions::addOthers() {
  addCommand("queue.show", tr("Show ru&n"), tr("Show its curves in the Live panel"),
             QStringLiteral("live"), {}, anyJob, [this] { showRuns(); });
  addCommand("queue.folder", tr("Open &folder"), tr("Open the run's folder in the file manager"),
             QStringLiteral("folder"), {}, anyJob, [this] { openFolder(); });
  addCommand("queue.copyCommand", tr("Copy &as command"),
             tr("Copy the command line that submits the same"), QStringLiteral("copy"),
             QKeySequence(tr("Ctrl+Shift+C")), anyJob, [this] { copyAsCommand(); });
}

void QueueActions::addCommand(const char* id, const QString& text, const QString& tip,
                              const QString& icon, const QKeySequence& key, Allowed allowed,
                              std::function<void()> act) {
  QAction* action = desk_.actions.add({.id = QString::fromLatin1(id),
                                       .menu = QStringLiteral("Queue"),
                                       .text = text,
                                       .tip = tip,
                                       .shortcut = key,
                                       .icon = icon},
                                      owner_, std::move(act), Qt::WidgetWithChildrenShortcut);
  entries_.push_back({action, allowed});
}

void QueueActions::addChange(const char* id, const QString& text, const QString& tip,
                             const QString& icon, const QKeySequence& key, Allowed allowed,
                             Change change) {
  addCommand(id, text, tip, icon, key, allowed,
             [this, allowed, change = std::move(change)] { apply(allowedJobs(allowed), change); });
}

void QueueActions::setJobs(std::vector<Job> chosen, std::vector<Job> waiting) {
  chosen_ = std::move(chosen);
  waiting_ = std::move(waiting);
  for (const Entry& entry : entries_)
    entry.action->setEnabled(std::any_of(chosen_.begin(), chosen_.end(), entry.allowed));
}

void QueueActions::setRunner(bool at_work) { start_->setEnabled(!at_work); }

void QueueActions::fillMenu(QMenu& menu) const {
  for (const Entry& entry : entries_) {
    const QString id = ActionBook::idOf(entry.action);
    if (id == QLatin1String("queue.up") || id == QLatin1String("queue.show")) menu.addSeparator();
    menu.addAction(entry.action);
  }
}

std::vector<std::int64_t> QueueActions::allowedJobs(Allowed allowed) const {
  std::vector<std::int64_t> jobs;
  for (const Job& job : chosen_) {
    if (allowed(job)) jobs.push_back(job.id);
  }
  return jobs;
}

void QueueActions::apply(std::vector<std::int64_t> jobs, Change change) {
  desk_.session.change(
      this,
      [jobs = std::move(jobs), change = std::move(change)](Workspace& workspace) {
        changeJobs(workspace, jobs, change);
      },
      [this](const Error& error) { emit refused(error); });
}

void QueueActions::moveTo(const std::vector<std::int64_t>& jobs, std::int64_t after) {
  desk_.session.change(
      this, [jobs, after](Workspace& workspace) { moveJobs(workspace, jobs, after); },
      [this](const Error& error) { emit refused(error); });
}

void QueueActions::extendBy(qint64 steps) {
  apply(allowedJobs(canExtend),
        [steps](Queue& queue, std::int64_t id) { queue.extend(id, steps); });
}

void QueueActions::moveBy(int places) {
  const std::vector<std::int64_t> moved = allowedJobs(canMove);
  std::vector<std::int64_t> others{0};  // the front, then every job that stays
  std::size_t before = 0, between = 0;  // stay before the first and before the last moved one
  std::size_t seen = 0;
  for (const Job& job : waiting_) {
    if (std::find(moved.begin(), moved.end(), job.id) != moved.end()) {
      ++seen;
      continue;
    }
    others.push_back(job.id);
    if (seen == 0) ++before;
    if (seen < moved.size()) ++between;
  }
  const std::size_t anchor = places < 0 ? before - std::min<std::size_t>(before, 1)
                                        : std::min(between + 1, others.size() - 1);
  if (!moved.empty()) moveTo(moved, others[anchor]);
}

void QueueActions::changePriority(std::int64_t by) {
  apply(allowedJobs(canMove), [by](Queue& queue, std::int64_t id) {
    queue.set_priority(id, queue.get(id).priority + by);
  });
}

void QueueActions::copyAsCommand() const {
  QStringList lines;
  for (const Job& job : chosen_) lines << submitCommand(job, desk_.program.workspaceArguments());
  QGuiApplication::clipboard()->setText(lines.join(QLatin1Char('\n')));
  desk_.notices.tell(tr("Copied commands: %1").arg(lines.size()));
}

void QueueActions::showRuns() const {
  QStringList runs;
  for (const Job& job : chosen_) runs << QString::fromStdString(job.run);
  desk_.selection.setRuns(runs);
  emit desk_.selection.panelWanted(QStringLiteral("live"));
}

void QueueActions::openFolder() const {
  const RunFolder folder = desk_.session.runFolder(QString::fromStdString(chosen_.front().run));
  QDesktopServices::openUrl(QUrl::fromLocalFile(QString::fromStdString(folder.root.string())));
}

}  // namespace warmstart
