// The Live panel with much to show: `live_bench [LINES] [RUNS] [CHOSEN]` opens a run of LINES lines
// of ten scalars (a million by default), pans its plots, follows RUNS runs (20) that get 50 points
// a second each for ten seconds, and then chooses CHOSEN runs (1,500) at once, as Ctrl+A in the
// table of runs does: with the panel hidden, shown, and with all of them drawn. The real feed and
// panel, on the offscreen platform.
#include <QApplication>
#include <QEventLoop>
#include <QPushButton>
#include <QTemporaryDir>
#include <QTimer>
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <thread>

#include "app/gui/desk_parts.h"
#include "views/live/live_panel.h"
#include "views/look/theme.h"

namespace {

using Clock = std::chrono::steady_clock;

double since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

double threadSeconds() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

void writeLines(std::ofstream& out, int first, int last) {
  static const char* const kNames[] = {"loss",   "gradient_norm", "learning_rate", "loss.a",
                                       "loss.b", "loss.c",        "loss.d",        "loss.e",
                                       "loss.f", "loss.g"};
  char text[64];
  for (int i = first; i <= last; ++i) {
    out << R"({"event":"step","time":)" << 1795526303 + i << R"(.25,"stage":"a","step":)" << i
        << R"(,"global_step":)" << i << R"(,"scalars":{)";
    for (int k = 0; k < 10; ++k) {
      std::snprintf(text, sizeof text, "%s\"%s\":%.17g", k ? "," : "", kNames[k],
                    1.0 / (1 + (i * 7919LL + k * 104729LL) % 9973));
      out << text;
    }
    out << "}}\n";
  }
}

std::ofstream logOf(const warmstart::Path& root, const std::string& run) {
  std::filesystem::create_directories(root / "runs" / run);
  return std::ofstream(root / "runs" / run / "events.jsonl", std::ios::binary);
}

/// How long the event loop stands still at most, while it lives.
class Beat : public QTimer {
 public:
  Beat() {
    callOnTimeout(this, [this] {
      longest_ = std::max(longest_, since(last_));
      last_ = Clock::now();
    });
    start(10);
  }
  double longestMilliseconds() const { return longest_ * 1e3; }

 private:
  Clock::time_point last_ = Clock::now();
  double longest_ = 0;
};

void spin(const std::function<bool()>& done) {
  QEventLoop loop;
  QTimer look;
  look.callOnTimeout(&loop, [&] {
    if (done()) loop.quit();
  });
  look.start(5);
  loop.exec();
}

void read(const warmstart::Path& file, int lines) {
  const auto start = Clock::now();
  warmstart::EventBatchReader reader(file);
  warmstart::RunHistory history;
  for (bool more = true; more;) {
    auto poll = reader.poll();
    for (auto& batch : poll.batches) history.add(std::move(batch));
    more = poll.more;
  }
  std::printf("read %d lines of 10 scalars: %.2f s\n", lines, since(start));
}

void open(warmstart::live::LivePanel& panel, warmstart::DeskParts& desk, std::size_t points) {
  const Beat beat;
  const double cpu = threadSeconds();
  const auto start = Clock::now();
  desk.selection.setRuns({QStringLiteral("long")});
  spin([&] {
    return panel.settled() && !panel.plots().empty() &&
           panel.plots().front()->drawnPoints() == points;
  });
  std::printf(
      "open the run to its drawn curves: %.2f s; GUI thread: %.2f s of work, held for "
      "%.0f ms at most\n",
      since(start), threadSeconds() - cpu, beat.longestMilliseconds());
}

void pan(warmstart::live::LivePanel& panel, int lines) {
  constexpr int kFrames = 120;
  warmstart::live::MetricPlot& plot = *panel.plots().front();
  int frames = 0;
  QObject::connect(&plot, &QCustomPlot::afterReplot, &plot, [&frames] { ++frames; });
  plot.xAxis->setRange(0, lines * 0.5);
  QCoreApplication::processEvents();
  const double cpu = threadSeconds();
  const auto start = Clock::now();
  for (frames = 0; frames < kFrames;) {
    plot.xAxis->moveRange(lines * 0.5 / (2 * kFrames));
    QCoreApplication::processEvents();
  }
  std::printf("pan of %zu linked plots: %.0f frames/s (%.1f ms of CPU a frame)\n",
              panel.plots().size(), kFrames / since(start),
              (threadSeconds() - cpu) * 1e3 / kFrames);
}

void follow(warmstart::live::LivePanel& panel, warmstart::DeskParts& desk,
            const warmstart::Path& root, int runs) {
  constexpr int kSeconds = 10, kRounds = 10 * kSeconds, kPoints = 5;
  QStringList names;
  std::vector<std::ofstream> logs;
  for (int run = 0; run < runs; ++run) {
    names.append(QStringLiteral("live%1").arg(run));
    logs.push_back(logOf(root, names.back().toStdString()));
    logs.back() << R"({"event":"start","time":1,"total_steps":100000})"
                << "\n";
    writeLines(logs.back(), 1, 1000);
    logs.back().flush();
  }
  desk.selection.setRuns(names);
  spin([&] { return panel.settled(); });
  std::atomic<bool> done = false;
  std::thread writer([&] {
    const auto start = Clock::now();
    for (int round = 0; round < kRounds; ++round) {
      for (auto& log : logs) {
        writeLines(log, 1001 + round * kPoints, 1000 + (round + 1) * kPoints);
        log.flush();
      }
      std::this_thread::sleep_until(start + std::chrono::milliseconds(100 * (round + 1)));
    }
    done = true;
  });
  const Beat beat;
  const double cpu = threadSeconds();
  const auto start = Clock::now();
  spin([&] { return done.load(); });
  std::printf(
      "%d runs of 50 points/s each: GUI thread %.0f %% of a core, held for %.0f ms at "
      "most\n",
      runs, 100 * (threadSeconds() - cpu) / since(start), beat.longestMilliseconds());
  writer.join();
}

/// Until the panel has drawn what it opened.
void report(const char* what, const std::function<void()>& act,
            const warmstart::live::LivePanel& panel) {
  const Beat beat;
  const double cpu = threadSeconds();
  const auto start = Clock::now();
  act();
  if (panel.isVisible()) spin([&] { return panel.settled(); });
  std::printf("%s: %zu logs opened, %.2f s; GUI thread: %.2f s of work, held for %.0f ms at most\n",
              what, panel.runs().size(), since(start), threadSeconds() - cpu,
              beat.longestMilliseconds());
  std::fflush(stdout);
}

void chooseAll(warmstart::live::LivePanel& panel, warmstart::DeskParts& desk,
               const warmstart::Path& root, int runs) {
  QStringList names;
  for (int run = 0; run < runs; ++run) {
    names.append(QStringLiteral("many%1").arg(run));
    std::ofstream log = logOf(root, names.back().toStdString());
    writeLines(log, 1, 200);
  }
  desk.selection.setRuns({});
  panel.hide();
  report(
      "all chosen, panel hidden", [&] { desk.selection.setRuns(names); }, panel);
  report(
      "then shown", [&] { panel.show(); }, panel);
  report(
      "then all drawn",
      [&] {
        for (QPushButton* button : panel.findChildren<QPushButton*>()) {
          if (button->text() == QStringLiteral("Show &all")) button->click();
        }
        spin([&] { return panel.runs().size() == static_cast<std::size_t>(runs); });
      },
      panel);
}

}  // namespace

int main(int argc, char** argv) {
  if (!qEnvironmentVariableIsSet("QT_QPA_PLATFORM")) qputenv("QT_QPA_PLATFORM", "offscreen");
  QApplication app(argc, argv);
  warmstart::look::apply(app, warmstart::look::Scheme::kLight);
  const int lines = argc > 1 ? std::atoi(argv[1]) : 1000000;
  const int runs = argc > 2 ? std::atoi(argv[2]) : 20;
  const QTemporaryDir folder;
  const warmstart::Path root = folder.path().toStdString();
  {
    std::ofstream log = logOf(root, "long");
    writeLines(log, 1, lines);
  }
  read(root / "runs/long/events.jsonl", lines);
  warmstart::DeskParts desk(root);
  warmstart::live::LivePanel panel(desk.desk);
  panel.resize(1280, 760);
  panel.show();
  open(panel, desk, static_cast<std::size_t>(lines));
  pan(panel, lines);
  follow(panel, desk, root, runs);
  chooseAll(panel, desk, root, argc > 3 ? std::atoi(argv[3]) : 1500);
}
