#include "views/queue/live_jobs.h"

#include <algorithm>
#include <cmath>

#include "views/feed/run_feed.h"

namespace warmstart {

namespace {

/// The last of a series of system events, and when that was.
std::optional<double> newestOf(const RunHistory& log, const char* name, double& looked) {
  const auto found = log.system.find(name);
  if (found == log.system.end() || found->second.size() == 0) return {};
  looked = std::max(looked, found->second.time.back());
  const double value = found->second.value.back();
  return std::isfinite(value) ? std::optional(value) : std::nullopt;
}

}  // namespace

LiveProgress liveProgress(const RunHistory& log) {
  constexpr std::size_t kNewest = 50;
  LiveProgress progress;
  progress.step = log.step;
  progress.total = log.total_steps;
  progress.resident_gib = newestOf(log, "system.resident_gib", progress.looked);
  progress.gpu_share = newestOf(log, "system.gpu_share", progress.looked);
  progress.gpu_memory_gib = newestOf(log, "system.gpu_memory_gib", progress.looked);
  const auto loss = log.scalars.find("loss");
  if (loss == log.scalars.end() || loss->second.size() < 2) return progress;
  const ScalarSeries& series = loss->second;
  const std::size_t first = series.size() > kNewest ? series.size() - kNewest : 0;
  const double seconds = series.time.back() - series.time[first];
  if (seconds > 0) progress.rate = (series.step.back() - series.step[first]) / seconds;
  return progress;
}

void LiveJobs::follow(const QStringList& runs) {
  std::erase_if(feeds_, [&](const auto& entry) {
    if (runs.contains(entry.first)) return false;
    disconnect(entry.second.get(), nullptr, this, nullptr);
    return true;
  });
  for (const QString& run : runs) {
    if (feeds_.contains(run)) continue;
    std::shared_ptr<RunFeed> feed = desk_.feeds.open(run);
    RunFeed* source = feed.get();
    connect(source, &RunFeed::grown, this,
            [this, source] { emit progressed(source->run(), liveProgress(source->log())); });
    feeds_.emplace(run, std::move(feed));
    if (source->loaded()) emit progressed(run, liveProgress(source->log()));
  }
}

}  // namespace warmstart
