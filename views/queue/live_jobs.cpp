#include "views/queue/live_jobs.h"

#include "views/feed/run_feed.h"

namespace warmstart {

LiveProgress liveProgress(const RunHistory& log) {
  constexpr std::size_t kNewest = 50;
  LiveProgress progress{log.step, log.total_steps, 0};
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
