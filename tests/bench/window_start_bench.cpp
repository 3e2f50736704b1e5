// How long the window takes from the start of its process until it is drawn and its panel is
// settled: `window_start_bench [RUNS] [STARTS]` fills a workspace with RUNS runs (1,000) and starts
// itself STARTS (9) times, with the libraries that warmstart-gui has, on the offscreen platform.
// Prints every start and the median, on the clock and as time that the process computed, which
// other work on the machine hardly changes. The first start may read from the disk: it does not
// count.
#include <QApplication>
#include <QElapsedTimer>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>
#include <algorithm>
#include <cstdio>
#include <ctime>
#include <optional>
#include <vector>

#include "app/gui/main_window.h"
#include "core/run/workspace.h"
#include "views/desk/session.h"
#include "views/look/theme.h"

namespace {

using warmstart::Path;

void fill(const Path& root, int runs) {
  warmstart::Workspace workspace = warmstart::Workspace::open(root);
  workspace.database().run(
      "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ?1)"
      " INSERT INTO runs (id, recipe, title, arm, seed, profile, smoke, host, device, version,"
      " state, step, total_steps, created, started, ended)"
      " SELECT printf('20260101-%06d-recipe%d-arm%d-s%d-abcd', i, i % 25, i % 4, i % 5),"
      " 'medical/recipe' || (i % 25), 'A title of a recipe', 'arm' || (i % 4), i % 5, 'small', 0,"
      " 'host', 'cpu', '0.1.0', 'done', 1000, 1000,"
      " 1767225600 + i * 60, 1767225600 + i * 60, 1767225900 + i * 60 FROM n",
      runs);
}

/// What a start does; says "ready" when the window could be used.
int startWindow(int argc, char** argv, const Path& root, int runs) {
  QApplication app(argc, argv);
  warmstart::look::apply(app, warmstart::look::Scheme::kLight);
  warmstart::MainWindow window(root);
  window.show();
  const auto usable = [&] {
    if (!window.desk().session.ready()) return false;
    for (const QString& id : window.panelIds()) {
      const warmstart::Panel* panel = window.panel(id);
      if (panel->isVisible() && !panel->settled()) return false;
    }
    return static_cast<int>(window.desk().session.index().runs.size()) == runs;
  };
  if (!QTest::qWaitFor(usable, 20000)) return 1;
  window.grab();
  QCoreApplication::processEvents();
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  std::printf("ready %.1f\n",
              static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6);
  std::fflush(stdout);
  _Exit(0);  // its end is not measured
}

struct Start {
  double clock, computed;  ///< milliseconds from the start of the process to its word
};

std::optional<Start> measure(const QString& program, const QString& root, int runs) {
  QProcess process;
  process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
  QElapsedTimer clock;
  clock.start();
  process.start(program, {QStringLiteral("--window"), root, QString::number(runs)});
  process.waitForReadyRead(30000);
  const double time = static_cast<double>(clock.nsecsElapsed()) / 1e6;
  process.waitForFinished(30000);
  const QByteArray word = process.readAllStandardOutput();
  if (!word.startsWith("ready ")) return std::nullopt;
  return Start{time, word.mid(6).trimmed().toDouble()};
}

}  // namespace

int main(int argc, char** argv) {
  if (!qEnvironmentVariableIsSet("QT_QPA_PLATFORM")) qputenv("QT_QPA_PLATFORM", "offscreen");
  if (argc > 3 && std::strcmp(argv[1], "--window") == 0)
    return startWindow(argc, argv, argv[2], std::atoi(argv[3]));
  QCoreApplication app(argc, argv);
  const int runs = argc > 1 ? std::atoi(argv[1]) : 1000, starts = argc > 2 ? std::atoi(argv[2]) : 9;
  const QTemporaryDir folder, home;
  for (const char* name : {"XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"})
    qputenv(name, (home.path() + QLatin1Char('/') + QLatin1String(name)).toLocal8Bit());
  fill(folder.path().toStdString(), runs);
  std::vector<double> clock, computed;
  for (int start = 0; start <= starts; ++start) {
    const auto time = measure(QCoreApplication::applicationFilePath(), folder.path(), runs);
    if (!time) {
      std::fprintf(stderr, "error: the window did not settle\n");
      return 1;
    }
    std::printf("%s: %.0f ms, computed %.0f ms\n", start == 0 ? "first start" : "start",
                time->clock, time->computed);
    if (start == 0) continue;
    clock.push_back(time->clock);
    computed.push_back(time->computed);
  }
  std::sort(clock.begin(), clock.end());
  std::sort(computed.begin(), computed.end());
  std::printf(
      "window with %d runs, start to usable: median %.0f ms (%.0f to %.0f, aim: 700), computed "
      "%.0f ms\n",
      runs, clock[clock.size() / 2], clock.front(), clock.back(), computed[computed.size() / 2]);
}
