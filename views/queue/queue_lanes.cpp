#include "views/queue/queue_lanes.h"

#include <QCoreApplication>
#include <algorithm>

#include "core/run/process.h"
#include "views/runs/run_words.h"

namespace warmstart {
namespace {

QString laneText(const char* text) { return QCoreApplication::translate("QueueLane", text); }

QString dependencyText(const Job& job) {
  if (job.depends_on == 0 || job.dependency_state == "done") return {};
  const QString state = QString::fromStdString(job.dependency_state);
  return laneText("waits for job %1 (%2)")
      .arg(job.depends_on)
      .arg(state.isEmpty() ? laneText("gone") : stateText(state));
}

QString whyWaiting(const Job& job, const Index& index) {
  const QString dependency = dependencyText(job);
  if (!dependency.isEmpty()) return dependency;
  if (!job.note.empty()) return QString::fromStdString(job.note);
  if (!index.runner) return laneText("nobody executes jobs");
  return job.device_wanted.empty()
             ? laneText("waits for a free place")
             : laneText("waits for a place on %1").arg(QString::fromStdString(job.device_wanted));
}

QString requestText(const Job& job) {
  if (job.request == "pause") return laneText("pausing after the next checkpoint");
  if (job.request == "stop") return laneText("saving, then stopping");
  if (job.request == "cancel") return laneText("being cancelled");
  return {};
}

/// A worker's row outlives it while no runner looks: the process table says which of them is true.
QString whyRunning(const Job& job, const Index& index) {
  if (!index.runner) {
    const std::optional<Lease> worker = Lease::parse(job.lease);
    if (!worker || !worker->alive())
      return laneText("its process has ended; the next runner starts it from its checkpoint");
  }
  const QString request = requestText(job);
  if (!request.isEmpty()) return request;
  if (!job.note.empty()) return QString::fromStdString(job.note);
  return index.runner ? QString() : laneText("goes on, but nobody watches it");
}

QString whyOf(const Job& job, const Index& index) {
  if (atWork(job)) return whyRunning(job, index);
  if (job.state == JobState::kQueued) return whyWaiting(job, index);
  return QString::fromStdString(job.reason.empty() ? job.note : job.reason);
}

void addTo(QueueLane& lane, const Job& job, const Index& index) {
  lane.jobs.push_back(job);
  lane.why.push_back(whyOf(job, index));
}

QueueLane deviceLane(const Device& device) {
  QueueLane lane;
  lane.device = QString::fromStdString(device.name);
  lane.title = lane.device;
  lane.gpu = device.kind == "cuda" || device.name.starts_with("cuda");
  lane.memory = static_cast<double>(device.memory);
  if (!device.description.empty())
    lane.title += QStringLiteral(" · ") + QString::fromStdString(device.description);
  return lane;
}

void describeLane(QueueLane& lane, const Index& index) {
  const auto found = std::find_if(
      index.devices.begin(), index.devices.end(),
      [&](const Device& device) { return QString::fromStdString(device.name) == lane.device; });
  if (found == index.devices.end()) return;
  lane.detail = laneText("%1 of %2 places used").arg(lane.jobs.size()).arg(found->places);
}

QueueLane& laneOf(std::vector<QueueLane>& lanes, const Job& job) {
  const QString name = QString::fromStdString(job.device);
  const auto found = std::find_if(lanes.begin(), lanes.end(),
                                  [&](const QueueLane& lane) { return lane.device == name; });
  if (found != lanes.end()) return *found;
  lanes.push_back(deviceLane({.name = job.device}));
  return lanes.back();
}

QueueLane restLane(QueueLane::Kind kind, const char* title) {
  QueueLane lane;
  lane.kind = kind;
  lane.title = laneText(title);
  return lane;
}

bool anyOf(JobState state, std::initializer_list<JobState> states) {
  return std::find(states.begin(), states.end(), state) != states.end();
}

}  // namespace

std::vector<QueueLane> arrangeLanes(const Index& index) {
  std::vector<QueueLane> lanes;
  for (const Device& device : index.devices) lanes.push_back(deviceLane(device));
  QueueLane waiting =
      restLane(QueueLane::Kind::kWaiting, QT_TRANSLATE_NOOP("QueueLane", "Waiting"));
  QueueLane held = restLane(QueueLane::Kind::kHeld, QT_TRANSLATE_NOOP("QueueLane", "Paused"));
  QueueLane ended = restLane(QueueLane::Kind::kEnded, QT_TRANSLATE_NOOP("QueueLane", "Ended"));
  for (const Job& job : index.jobs) {
    if (atWork(job)) {
      addTo(laneOf(lanes, job), job, index);
    } else {
      addTo(job.state == JobState::kQueued   ? waiting
            : job.state == JobState::kPaused ? held
                                             : ended,
            job, index);
    }
  }
  for (QueueLane& lane : lanes) describeLane(lane, index);
  waiting.detail = waiting.jobs.empty()
                       ? laneText("nothing waits")
                       : laneText("%1, in the order they start").arg(waiting.jobs.size());
  ended.detail = QString::number(ended.jobs.size());
  held.detail = QString::number(held.jobs.size());
  lanes.push_back(std::move(waiting));
  if (!held.jobs.empty()) lanes.push_back(std::move(held));
  if (!ended.jobs.empty()) lanes.push_back(std::move(ended));
  return lanes;
}

bool atWork(const Job& job) {
  return job.state == JobState::kRunning || job.state == JobState::kStarting;
}

int openJobs(const Index& index) {
  return static_cast<int>(std::count_if(index.jobs.begin(), index.jobs.end(), [](const Job& job) {
    return atWork(job) || job.state == JobState::kQueued;
  }));
}

bool canPause(const Job& job) {
  return job.state == JobState::kQueued || (atWork(job) && job.request.empty());
}
bool canResume(const Job& job) {
  return anyOf(job.state, {JobState::kPaused, JobState::kInterrupted});
}
bool canStop(const Job& job) { return atWork(job) && job.request != "cancel"; }
bool canCancel(const Job& job) {
  return !anyOf(job.state, {JobState::kDone, JobState::kFailed, JobState::kCancelled}) &&
         job.request != "cancel";
}
bool canRetry(const Job& job) {
  return anyOf(job.state, {JobState::kFailed, JobState::kCancelled, JobState::kInterrupted});
}
bool canExtend(const Job& job) { return !atWork(job); }
bool canMove(const Job& job) { return job.state == JobState::kQueued; }

}  // namespace warmstart
