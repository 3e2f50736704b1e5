#include "views/queue/start_estimates.h"

#include <algorithm>
#include <limits>
#include <map>
#include <tuple>

namespace warmstart {
namespace {

constexpr double kNever = std::numeric_limits<double>::infinity();

/// What is known of jobs of one recipe, arm and profile.
struct Alike {
  double rate = 0;         ///< steps a second of one that runs
  qint64 total = 0;        ///< its steps
  double length = kNever;  ///< seconds that one that is done took
};

class StartPlan {
 public:
  StartPlan(const Index& index, const QHash<QString, LiveProgress>& live)
      : index_(index), live_(live) {
    for (const Device& device : index.devices) places_ += static_cast<std::size_t>(device.places);
    for (const Job& job : index.jobs) {
      learnFrom(job);
      if (atWork(job)) {
        ends_.insert(job.id, leftOf(job));
        occupy(job, leftOf(job));
      } else if (job.state == JobState::kQueued) {
        waiting_.push_back(&job);
      }
    }
  }

  QHash<qint64, std::optional<double>> play() {
    QHash<qint64, std::optional<double>> starts;
    for (const Job* job : waiting_) starts.insert(job->id, std::nullopt);
    for (double now = 0; now < kNever && !waiting_.empty(); now = nextEnd(now)) {
      std::erase_if(occupied_, [now](const Occupied& place) { return place.end <= now; });
      std::erase_if(waiting_, [&](const Job* job) {
        const bool full = occupied_.size() >= places_;
        const Device* device = !full && mayStart(*job, now) ? freeDevice(*job) : nullptr;
        if (device == nullptr) return false;
        const double end = now + lengthOf(*job);
        occupied_.push_back({device->name, end});
        ends_.insert(job->id, end);
        starts.insert(job->id, now);
        return true;
      });
    }
    return starts;
  }

 private:
  struct Occupied {
    std::string device;
    double end;
  };
  double leftOf(const Job& job) const {
    const LiveProgress progress = live_.value(QString::fromStdString(job.run));
    if (progress.rate <= 0 || progress.total <= 0) return kNever;
    return std::max(0.0, static_cast<double>(progress.total - progress.step) / progress.rate);
  }
  void learnFrom(const Job& job) {
    Alike& alike = alike_[{job.recipe, job.arm, job.profile}];
    const LiveProgress progress = live_.value(QString::fromStdString(job.run));
    if (atWork(job) && progress.rate > 0 && progress.total > 0) {
      alike.rate = progress.rate;
      alike.total = progress.total;
    } else if (job.state == JobState::kDone && job.restarts == 0 && job.started > 0 &&
               job.ended > job.started) {
      alike.length = job.ended - job.started;
    }
  }
  /// Of one that waits.
  double lengthOf(const Job& job) const {
    const Alike& alike = alike_.at({job.recipe, job.arm, job.profile});
    if (alike.rate > 0)
      return static_cast<double>(std::max<qint64>(0, alike.total - job.step)) / alike.rate;
    return job.step == 0 ? alike.length : kNever;  // it has a part behind it already
  }
  void occupy(const Job& job, double end) {
    const bool known = std::any_of(index_.devices.begin(), index_.devices.end(),
                                   [&](const Device& device) { return device.name == job.device; });
    if (known) occupied_.push_back({job.device, end});
  }
  bool mayStart(const Job& job, double now) const {
    if (job.depends_on == 0 || job.dependency_state == "done") return true;
    return ends_.value(job.depends_on, kNever) <= now;
  }
  const Device* freeDevice(const Job& job) const {
    for (const Device& device : index_.devices) {
      const auto used =
          std::count_if(occupied_.begin(), occupied_.end(),
                        [&](const Occupied& place) { return place.device == device.name; });
      if (used < device.places && device.accepts(job.device_wanted)) return &device;
    }
    return nullptr;
  }
  double nextEnd(double now) const {
    double next = kNever;
    for (const Occupied& place : occupied_) {
      if (place.end > now) next = std::min(next, place.end);
    }
    return next;
  }

  const Index& index_;
  const QHash<QString, LiveProgress>& live_;
  std::size_t places_ = 0;
  std::map<std::tuple<std::string, std::string, std::string>, Alike> alike_;
  std::vector<const Job*> waiting_;  ///< in the order in which the runner asks them
  std::vector<Occupied> occupied_;
  QHash<qint64, double> ends_;
};

}  // namespace

QHash<qint64, std::optional<double>> startEstimates(const Index& index,
                                                    const QHash<QString, LiveProgress>& live) {
  return StartPlan(index, live).play();
}

}  // namespace warmstart
