#include "views/live/job_alerts.h"

#include <filesystem>
#include <set>

#include "views/desk/background.h"
#include "views/desk/session.h"

namespace warmstart::live {
namespace {

constexpr int kJobsMilliseconds = 2000;

}  // namespace

double freeShare(const Path& root) {
  std::error_code code;
  const std::filesystem::space_info space = std::filesystem::space(root, code);
  if (code || space.capacity == 0) return 1;
  return static_cast<double>(space.available) / static_cast<double>(space.capacity);
}

JobAlerts::JobAlerts(Desk& desk, QObject* parent) : QObject(parent), desk_(desk) {
  timer_.setInterval(kJobsMilliseconds);
  connect(&timer_, &QTimer::timeout, this, &JobAlerts::look);
  connect(&desk.session, &Session::indexChanged, this, &JobAlerts::follow);
  follow();
}

void JobAlerts::follow() {
  std::set<QString> running;
  for (const Job& job : desk_.session.index().jobs) {
    if (job.state == JobState::kRunning) running.insert(QString::fromStdString(job.run));
  }
  for (const RunRecord& run : desk_.session.index().runs) {
    if (run.job == 0 && run.state == "running")
      running.insert(QString::fromStdString(run.info.run));
  }
  for (auto& [run, followed] : followed_) followed.ended = !running.contains(run);
  for (const QString& run : running) {
    if (followed_.contains(run)) continue;
    followed_[run].log = std::make_shared<AlertFollower>(desk_.session.runFolder(run).events());
  }
  if (!followed_.empty() && !timer_.isActive()) timer_.start();
}

void JobAlerts::look() {
  if (at_work_) return;
  at_work_ = true;
  std::vector<std::pair<QString, std::shared_ptr<AlertFollower>>> logs;
  for (const auto& [run, followed] : followed_) logs.emplace_back(run, followed.log);
  std::erase_if(followed_, [](const auto& entry) { return entry.second.ended; });
  if (followed_.empty()) timer_.stop();
  inBackground(
      this,
      [logs = std::move(logs), settings = settings_, root = desk_.session.root()] {
        std::vector<AlertLook> looks;
        for (const auto& [run, log] : logs) {
          std::vector<Alert> alerts = log->look(settings);
          looks.push_back({run, log->step(), std::move(alerts), freeShare(root)});
        }
        return looks;
      },
      [this](const std::vector<AlertLook>& looks) {
        at_work_ = false;
        for (const AlertLook& look : looks) emit looked(look);
      });
}

}  // namespace warmstart::live
