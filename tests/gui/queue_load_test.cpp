// What the Queue says of its devices and of time: a GPU's load as its driver tells it, or from its
// jobs' own words while they are new, the memory of each worker, and when waiting jobs are likely
// to start.
#include <dlfcn.h>

#include <QTreeView>

#include "core/run/serve_lock.h"
#include "tests/gui/queue_desk.h"
#include "views/queue/queue_panel.h"
#include "views/queue/start_estimates.h"

namespace warmstart {
namespace {

constexpr double kGiB = 1024.0 * 1024 * 1024;

Device gpu(std::int64_t index, std::int64_t places = 1) {
  Device device;
  device.kind = "cuda";
  device.index = index;
  device.name = device.argument();
  device.places = places;
  device.memory = static_cast<std::int64_t>(80 * kGiB);
  device.description = "NVIDIA H100 80GB HBM3";
  return device;
}

class QueueLoadTest : public QueueDeskTest {
 protected:
  QueuePanel panel_{desk_};
  QueueModel& model() { return *panel_.model(); }
  QString cell(std::int64_t id, int column) {
    return model().indexOfJob(id).siblingAtColumn(column).data().toString();
  }
  QString laneOf(std::int64_t id) {
    return model().indexOfJob(id).parent().data(Qt::UserRole).toString();
  }
  /// 100 of 200 steps at 2 a second, and two looks of the worker at the machine, the last now.
  void writeLog(const Job& job, double now, const std::string& use) {
    std::ofstream events(root_ / "runs" / job.run / "events.jsonl");
    events << R"({"event":"start","time":100,"total_steps":200})"
           << "\n";
    for (int step = 1; step <= 100; ++step) {
      events << R"({"event":"step","time":)" << 100 + step * 0.5 << R"(,"stage":"a","step":)"
             << step << R"(,"global_step":)" << step << R"(,"scalars":{"loss":1}})"
             << "\n";
    }
    const std::string first = R"("gpu_share":0.11,"gpu_memory_gib":1,"resident_gib":1)";
    for (const auto& [time, numbers] : {std::pair(now - 5, first), std::pair(now, use)}) {
      events << R"({"event":"system","time":)" << std::to_string(time)
             << R"(,"stage":"a","global_step":100,)" << numbers << "}\n";
    }
  }
};

TEST_F(QueueLoadTest, AGpusLaneSaysHowBusyItIsAndAJobWhatMemoryItTakes) {
  record_devices(other_, {gpu(0, 2), gpu(1)});
  const Job a = submit("pretrained", 0), b = submit("pretrained", 1);
  startJob(a.id, "cuda:0");
  startJob(b.id, "cuda:0");
  writeLog(a, now_seconds() - 30, R"("gpu_share":0.5,"gpu_memory_gib":20,"resident_gib":2.5)");
  writeLog(b, now_seconds(), R"("gpu_share":0.87,"gpu_memory_gib":31.5,"resident_gib":3.5)");
  show(panel_, {1100, 400});
  ASSERT_TRUE(waitFor([&] { return laneOf(a.id).contains("87 %"); }));
  EXPECT_EQ(laneOf(a.id).toStdString(),
            "2 of 2 places used · GPU 87 % busy · memory 31.5 GiB of 80.0 GiB");
  ASSERT_TRUE(waitFor([&] { return !cell(a.id, QueueModel::kMemory).isEmpty(); }));
  EXPECT_EQ(cell(a.id, QueueModel::kMemory).toStdString(), "2.5 GiB");
  EXPECT_EQ(cell(b.id, QueueModel::kMemory).toStdString(), "3.5 GiB");
  // A number does not touch the text of the next column.
  QTreeView& view = *panel_.view();
  const QRect memory =
      view.visualRect(model().indexOfJob(a.id).siblingAtColumn(QueueModel::kMemory));
  const QImage drawn = view.viewport()->grab().toImage();
  const auto inked = [&](int from, int to) {
    int found = 0;
    for (int x = from; x <= to; ++x) {
      for (int y = memory.top(); y <= memory.bottom(); ++y)
        found += drawn.pixelColor(x, y) != drawn.pixelColor(memory.topLeft()) ? 1 : 0;
    }
    return found;
  };
  EXPECT_GT(inked(memory.left(), memory.right() - look::kGrid), 20);
  EXPECT_EQ(inked(memory.right() - look::kGrid + 1, memory.right()), 0);
  const QString other = model().index(1, 0).data(Qt::UserRole).toString();
  EXPECT_EQ(other.toStdString(), "0 of 1 places used · 80.0 GiB")
      << "nothing is said of a GPU that nobody looked at";
  shot(panel_, "queue-gpu");
}

TEST_F(QueueLoadTest, AGpuWithoutJobsOfOursSaysHowBusyItIs) {
  void* library =
      dlopen(WARMSTART_BINARY_DIR "/tests/fake_nvml/libnvidia-ml.so.1", RTLD_NOW | RTLD_LOCAL);
  ASSERT_NE(library, nullptr) << dlerror();
  std::vector<Device> devices = cuda_devices();
  ASSERT_EQ(devices.size(), 2U);
  record_devices(other_, devices);
  const Job job = submit("pretrained", 0);
  show(panel_, {1100, 400});
  const auto lane = [&](int row) { return model().index(row, 0).data(Qt::UserRole).toString(); };
  ASSERT_TRUE(waitFor([&] { return lane(1).contains("busy"); }));
  EXPECT_EQ(lane(0).toStdString(),
            "0 of 1 places used · GPU 0 % busy · memory 1.0 GiB of 80.0 GiB");
  EXPECT_EQ(lane(1).toStdString(),
            "0 of 1 places used · GPU 87 % busy · memory 31.5 GiB of 80.0 GiB");
  // It is newer than what a job says, and a GPU of another machine is not taken for one of here.
  startJob(job.id, "cuda:1");
  writeLog(job, now_seconds(), R"("gpu_share":0.5,"gpu_memory_gib":20,"resident_gib":2.5)");
  devices[0].description = "NVIDIA H100 80GB HBM3";
  record_devices(other_, devices);
  ASSERT_TRUE(waitFor([&] { return lane(0) == "0 of 1 places used · 80.0 GiB"; }));
  ASSERT_TRUE(waitFor([&] { return cell(job.id, QueueModel::kMemory) == "2.5 GiB"; }));
  EXPECT_EQ(laneOf(job.id).toStdString(),
            "1 of 1 places used · GPU 87 % busy · memory 31.5 GiB of 80.0 GiB");
  dlclose(library);
}

TEST_F(QueueLoadTest, OldNumbersAreNotShownAsThoseOfNow) {
  record_devices(other_, {gpu(0)});
  const Job job = submit("pretrained", 0);
  startJob(job.id, "cuda:0");
  writeLog(job, now_seconds() - 600, R"("gpu_share":0.87,"gpu_memory_gib":31,"resident_gib":3)");
  show(panel_);
  ASSERT_TRUE(waitFor([&] { return cell(job.id, QueueModel::kRate) == "2.000"; }));
  EXPECT_EQ(laneOf(job.id).toStdString(), "1 of 1 places used · 80.0 GiB");
  EXPECT_EQ(cell(job.id, QueueModel::kMemory), QString());
}

TEST_F(QueueLoadTest, WaitingJobsSayWhenTheyAreLikelyToStart) {
  record_devices(other_, {gpu(0)});
  const Job running = submit("pretrained", 0);
  const Job next = submit("pretrained", 1), last = submit("pretrained", 2);
  const Job other = submit("scratch", 0), behind = submit("scratch", 1);
  startJob(running.id, "cuda:0");
  writeLog(running, now_seconds(), R"("resident_gib":3)");
  const ServeLock runner = ServeLock::take(root_);
  show(panel_, {1100, 400});
  // 100 steps are left at 2 a second; the next of that arm takes 200 steps, and so on.
  ASSERT_TRUE(waitFor([&] { return cell(next.id, QueueModel::kLeft) == "in 50 s"; }));
  EXPECT_EQ(cell(last.id, QueueModel::kLeft).toStdString(), "in 2:30 min");
  EXPECT_EQ(cell(other.id, QueueModel::kLeft).toStdString(), "in 4:10 min");
  EXPECT_EQ(cell(behind.id, QueueModel::kLeft).toStdString(), "unknown")
      << "nobody knows how long the job before it takes";
  EXPECT_EQ(cell(running.id, QueueModel::kLeft).toStdString(), "50 s");
  shot(panel_, "queue-starts");
}

TEST_F(QueueLoadTest, WithoutARunnerNoStartIsPromised) {
  record_devices(other_, {gpu(0)});
  const Job job = submit("pretrained", 0);
  show(panel_);
  ASSERT_TRUE(waitFor([&] { return model().indexOfJob(job.id).isValid(); }));
  EXPECT_EQ(cell(job.id, QueueModel::kLeft), QString());
}

Job planned(std::int64_t id, JobState state, const std::string& arm, const std::string& device) {
  Job job;
  job.id = id;
  job.run = "r" + std::to_string(id);
  job.state = state;
  job.recipe = "x";
  job.arm = arm;
  (state == JobState::kQueued ? job.device_wanted : job.device) = device;
  return job;
}

LiveProgress at(qint64 step, double rate) {
  LiveProgress progress;
  progress.step = step;
  progress.total = 100;
  progress.rate = rate;
  return progress;
}

TEST(StartEstimates, FollowTheRunnersRuleForDevicesAndDependencies) {
  using enum JobState;
  Index index;
  index.devices = {gpu(0), gpu(1)};
  index.jobs = {planned(1, kRunning, "a", "cuda:0"), planned(2, kRunning, "b", "cuda:1"),
                planned(3, kQueued, "c", "cuda:1"),  planned(4, kQueued, "a", ""),
                planned(5, kQueued, "d", "cpu"),     planned(6, kQueued, "a", "")};
  index.jobs[5].depends_on = 2;
  const QHash<QString, LiveProgress> live{{"r1", at(90, 1)}, {"r2", at(0, 2)}};
  const auto starts = startEstimates(index, live);
  EXPECT_EQ(starts[3], 50) << "wants the slower device, so that job 4 passes it";
  EXPECT_EQ(starts[4], 10);
  EXPECT_EQ(starts[5], std::nullopt) << "no such device here";
  EXPECT_EQ(starts[6], 110) << "its dependency ends at 50, but both devices are taken then";
}

TEST(StartEstimates, AJobThatSaidNothingYetMakesWhatWaitsForItUnknown) {
  using enum JobState;
  Index index;
  index.devices = {gpu(0, 2)};
  index.jobs = {planned(1, kStarting, "a", "cuda:0"), planned(2, kQueued, "a", ""),
                planned(3, kQueued, "a", ""), planned(4, kDone, "a", "")};
  EXPECT_EQ(startEstimates(index, {})[2], 0) << "a place is free";
  EXPECT_EQ(startEstimates(index, {})[3], std::nullopt);
  index.jobs[3].started = 1000;
  index.jobs[3].ended = 1060;
  EXPECT_EQ(startEstimates(index, {})[3], 60) << "as long as a like one took";
}

}  // namespace
}  // namespace warmstart
