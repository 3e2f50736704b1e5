// The table of runs at the size that web programs choke on: how long the GUI thread is held by each
// interaction. `runs_table_bench [RUNS] [METRICS]` fills a workspace in a throw-away folder and
// prints one line a measurement.
#include <QApplication>
#include <QElapsedTimer>
#include <QLineEdit>
#include <QTemporaryDir>
#include <QTest>
#include <QTreeView>
#include <QUndoGroup>
#include <cstdio>
#include <ctime>

#include "views/desk/action_book.h"
#include "views/desk/notices.h"
#include "views/desk/program.h"
#include "views/desk/selection.h"
#include "views/desk/session.h"
#include "views/feed/run_feed.h"
#include "views/look/theme.h"
#include "views/runs/runs_panel.h"

namespace warmstart {
namespace {

void fill(Workspace& workspace, int runs, int metrics) {
  Database& database = workspace.database();
  Transaction transaction(database);
  database.script("PRAGMA cache_size = -400000");
  database.run(
      "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ?1)"
      " INSERT INTO runs (id, recipe, title, arm, seed, profile, smoke, host, device, version,"
      " state, step, total_steps, created, started, ended)"
      " SELECT printf('20260101-%06d-recipe%d-arm%d-s%d-abcd', i, i % 25, i % 4, i % 5),"
      " 'medical/recipe' || (i % 25), 'A title of a recipe', 'arm' || (i % 4), i % 5, 'small', 0,"
      " 'host', 'cpu', '0.1.0', CASE i % 20 WHEN 0 THEN 'failed' ELSE 'done' END, 1000, 1000,"
      " 1767225600 + i * 60, 1767225600 + i * 60, 1767225900 + i * 60 FROM n",
      runs);
  database.run(
      "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ?1)"
      " INSERT INTO measures (run, data, stage, metric, value)"
      " SELECT r.id, 'test', 'finetune', printf('metric.%04d', i), (r.rowid * 7919 + i * 104729) %"
      " 10007 / 10007.0 FROM runs r, n",
      metrics);
  transaction.commit();
}

/// Longest time without a turn of the GUI thread's event loop.
class LongestHold : public QObject {
 public:
  LongestHold() {
    clock_.start();
    startTimer(1);
  }
  double take() {
    const double longest = longest_;
    longest_ = 0;
    clock_.restart();
    return longest;
  }

 protected:
  void timerEvent(QTimerEvent*) override {
    longest_ = std::max(longest_, static_cast<double>(clock_.nsecsElapsed()) / 1e6);
    clock_.restart();
  }

 private:
  QElapsedTimer clock_;
  double longest_ = 0;
};

class TableBench {
 public:
  TableBench(int runs, int metrics) : runs_(runs) {
    Workspace workspace = Workspace::open(folder_.path().toStdString());
    measure("filling the workspace", [&] { fill(workspace, runs, metrics); });
  }

  void run() {
    Session session(folder_.path().toStdString());
    Selection selection;
    Program program(folder_.path());
    RunFeeds feeds(session.root() / "runs");
    ActionBook actions;
    Notices notices;
    QUndoGroup undo;
    Desk desk{session, selection, program, feeds, actions, notices, undo};
    LongestHold hold;
    RunsPanel panel(desk);
    panel.resize(1280, 760);
    panel.show();
    wait("first look: index to drawn table", hold,
         [&] { return panel.model()->allRuns() == runs_; });
    std::vector<MetricColumn> columns;
    wait("names of all metrics", hold, [&, asked = false, done = false]() mutable {
      if (!std::exchange(asked, true)) {
        session.ask(
            &panel, [](Workspace& workspace) { return metric_names(workspace); },
            [&](const std::vector<MetricName>&) { done = true; });
      }
      return done;
    });
    for (int i = 0; i < 10; ++i)
      columns.push_back({QStringLiteral("test"),
                         QStringLiteral("metric.%1").arg(i * 7, 4, 10, QLatin1Char('0'))});
    const int last = RunsModel::kFixedColumns + 9;
    wait("ten metric columns, asked to drawn", hold, [&, asked = false]() mutable {
      if (!std::exchange(asked, true)) panel.chooseMetrics(columns);
      return panel.model()->index(0, last).data().toString() != QStringLiteral("–");
    });
    interact(panel, selection, last);
  }

 private:
  static double threadMilliseconds() {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
  }
  /// Time on the clock, and what of it the GUI thread computed (the rest is other work here).
  template <class Act>
  void measure(const char* what, Act act) {
    QElapsedTimer clock;
    clock.start();
    const double before = threadMilliseconds();
    act();
    std::printf("%-48s %8.1f ms %8.1f ms of this thread\n", what,
                static_cast<double>(clock.nsecsElapsed()) / 1e6, threadMilliseconds() - before);
    std::fflush(stdout);
  }
  template <class Until>
  void wait(const char* what, LongestHold& hold, Until until) {
    hold.take();
    measure(what, [&] {
      if (!QTest::qWaitFor(until, 120000)) std::printf("(timed out) ");
    });
    QTest::qWait(30);
    std::printf("%-48s %8.1f ms\n", "  longest hold of the GUI thread", hold.take());
  }
  /// Each with the repaint that it causes, all on the GUI thread.
  void interact(RunsPanel& panel, Selection& selection, int metric) {
    auto* filter = panel.findChild<QLineEdit*>(QStringLiteral("filter"));
    const auto drawn = [&](auto act) {
      return [&panel, act] {
        act();
        panel.view()->viewport()->repaint();
      };
    };
    measure("filter by words", drawn([&] { filter->setText(QStringLiteral("recipe7 arm1")); }));
    measure("filter by keys", drawn([&] { filter->setText(QStringLiteral("state:done seed:3")); }));
    measure("filter taken away", drawn([&] { filter->clear(); }));
    measure("sort by a metric",
            drawn([&] { panel.view()->sortByColumn(metric, Qt::AscendingOrder); }));
    measure("sort by recipe",
            drawn([&] { panel.view()->sortByColumn(RunsModel::kRecipe, Qt::AscendingOrder); }));
    measure("group by recipe, mean and spread",
            drawn([&] { panel.model()->setGrouping(RunsModel::Grouping::kRecipe); }));
    measure("flat again", drawn([&] { panel.model()->setGrouping(RunsModel::Grouping::kNone); }));
    measure("scroll to the end", drawn([&] { panel.view()->scrollToBottom(); }));
    measure("select all", drawn([&] { panel.view()->selectAll(); }));
    const QString run = panel.model()->row(panel.model()->index(runs_ / 2, 0))->id;
    measure("select one from another panel", drawn([&] { selection.setRuns({run}); }));
    measure("the table as CSV", [&] { panel.model()->asCsv(); });
  }
  QTemporaryDir folder_;
  int runs_;
};

}  // namespace
}  // namespace warmstart

int main(int argc, char** argv) {
  if (!qEnvironmentVariableIsSet("QT_QPA_PLATFORM")) qputenv("QT_QPA_PLATFORM", "offscreen");
  QApplication app(argc, argv);
  warmstart::look::apply(app, warmstart::look::Scheme::kLight);
  const int runs = argc > 1 ? std::max(1, atoi(argv[1])) : 1500;
  const int metrics = argc > 2 ? std::max(64, atoi(argv[2])) : 1500;
  warmstart::TableBench(runs, metrics).run();
}
