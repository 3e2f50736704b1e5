#include "app/gui/tour.h"

#include <QApplication>
#include <QDir>
#include <QElapsedTimer>
#include <QMap>
#include <QThread>
#include <cstdio>

#include "app/gui/main_window.h"
#include "app/gui/stall_watch.h"
#include "views/desk/selection.h"
#include "views/desk/session.h"

namespace warmstart {
namespace {

void runEvents(int milliseconds) {
  QElapsedTimer clock;
  clock.start();
  do {
    QApplication::processEvents(QEventLoop::AllEvents, 10);
    QThread::msleep(2);
  } while (clock.elapsed() < milliseconds);
}

class Tour {
 public:
  Tour(MainWindow& window, const TourOptions& options) : window_(window), options_(options) {}

  int walk() {
    waitForIndex();
    for (const QSize& size : options_.sizes) {
      for (const auto& [scheme, name] :
           {std::pair(look::Scheme::kLight, "light"), std::pair(look::Scheme::kDark, "dark")}) {
        watch_.setPaused(true);
        look::apply(*qApp, scheme);
        window_.resize(size);
        runEvents(300);
        watch_.setPaused(false);
        watch_.takeLongest();
        walkPanels(QStringLiteral("%1x%2-%3")
                       .arg(size.width())
                       .arg(size.height())
                       .arg(QLatin1String(name)));
      }
    }
    return code_;
  }

 private:
  void waitForIndex() {
    QElapsedTimer clock;
    clock.start();
    while (!window_.desk().session.ready() && clock.elapsed() < options_.settle_limit)
      runEvents(20);
    for (const RunRecord& run : window_.desk().session.index().runs) {  // the newest first
      if (run.state != "done") continue;
      const QString recipe = QString::fromStdString(run.info.recipe);
      const QString id = QString::fromStdString(run.info.run);
      if (!runs_.contains(recipe)) runs_.insert(recipe, id);
      if (window_.desk().selection.run().isEmpty()) window_.desk().selection.setRun(id);
    }
  }

  void walkPanels(const QString& prefix) {
    for (const QString& id : window_.panelIds()) {
      if (id != QLatin1String("inspect") || runs_.isEmpty()) {
        walk(id, prefix + QLatin1Char('-') + id);
        continue;
      }
      // What a run recorded differs from recipe to recipe.
      for (auto run = runs_.begin(); run != runs_.end(); ++run) {
        window_.desk().selection.setRun(run.value());
        window_.desk().selection.setStep(-1);
        walk(id, prefix + QLatin1Char('-') + id + QLatin1Char('-') +
                     run.key().section(QLatin1Char('/'), -1));
      }
    }
  }

  void walk(const QString& id, const QString& prefix) {
    window_.showPanel(id);
    settle(*window_.panel(id));
    for (const QString& stop : window_.panel(id)->tourStops())
      show(*window_.panel(id), stop, prefix + QLatin1Char('-') + stop);
  }

  void settle(const Panel& panel) {
    QElapsedTimer clock;
    clock.start();
    do {
      runEvents(150);
    } while (!panel.settled() && clock.elapsed() < options_.settle_limit);
  }

  void show(Panel& panel, const QString& stop, const QString& name) {
    panel.showTourStop(stop);
    settle(panel);
    if (!panel.settled()) complain(1, name + QStringLiteral(" did not settle"));
    if (const int stall = watch_.takeLongest(); stall > options_.stall_limit)
      complain(1, QStringLiteral("%1 stood still for %2 ms").arg(name).arg(stall));
    watch_.setPaused(true);
    const QString file = QDir(options_.folder).filePath(name + QStringLiteral(".png"));
    if (!window_.grab().save(file)) complain(4, file + QStringLiteral(" cannot be written"));
    runEvents(1);
    watch_.setPaused(false);
  }

  void complain(int code, const QString& text) {
    std::fprintf(stderr, "error: %s\n", qPrintable(text));
    code_ = std::max(code_, code);
  }

  MainWindow& window_;
  const TourOptions& options_;
  StallWatch watch_;
  QMap<QString, QString> runs_;  ///< the newest that is done, by recipe
  int code_ = 0;
};

}  // namespace

int walkTour(MainWindow& window, const TourOptions& options) {
  if (!QDir().mkpath(options.folder)) {
    std::fprintf(stderr, "error: the folder cannot be made; %s\n", qPrintable(options.folder));
    return 4;
  }
  return Tour(window, options).walk();
}

}  // namespace warmstart
