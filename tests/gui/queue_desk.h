// For tests of the panels on runs and jobs: a second opening of the workspace that plays another
// program, and runs made without training.
#pragma once
#include <gtest/gtest.h>

#include <QTest>
#include <fstream>
#include <functional>

#include "core/run/process.h"
#include "core/run/queue.h"
#include "tests/gui/test_desk.h"
#include "views/look/theme.h"

namespace warmstart {

class QueueDeskTest : public DeskTest {
 protected:
  Workspace other_ = Workspace::open(root_);  ///< as another program sees it

  static bool waitFor(const std::function<bool()>& holds, int milliseconds = 8000) {
    return QTest::qWaitFor(holds, milliseconds);
  }

  RunInfo info(const std::string& arm, std::int64_t seed) const {
    RunInfo info;
    info.recipe = "medical/hippocampus";
    info.title = "Hippocampus segmentation";
    info.arm = arm;
    info.seed = seed;
    return info;
  }

  Job submit(const std::string& arm, std::int64_t seed, std::int64_t after = 0) {
    JobRequest request;
    request.info = info(arm, seed);
    request.recipe_text = "title: x\n";
    request.after = after;
    return Queue(other_).submit(request);
  }

  /// As the runner does it, with this process as the worker.
  void startJob(std::int64_t id, const std::string& device = "cpu") {
    Queue queue(other_);
    const std::string lease = Lease::mine().text();
    ASSERT_TRUE(queue.claim(id, lease, {device, 1}));
    ASSERT_TRUE(queue.set_running(id, lease, lease));
  }
  void endJob(std::int64_t id, JobState state, const std::string& reason = "") {
    Queue queue(other_);
    ASSERT_TRUE(queue.finish(queue.get(id), state, reason));
  }

  /// A run that was made in the foreground and is done, with what it measured.
  std::string doneRun(const std::string& arm, std::int64_t seed, double dice) {
    const RunFolder folder = other_.create_run(info(arm, seed), "title: x\nmodel: {width: 8}\n");
    std::ofstream(folder.events())
        << R"({"event":"start","time":1,"arm":")" << arm << R"(","total_steps":10})"
        << "\n"
        << R"({"event":"stage","time":1,"stage":"finetune","index":0,"steps":10,"global_step":0,"from":"scratch"})"
        << "\n"
        << R"({"event":"step","time":2,"stage":"finetune","step":10,"global_step":10,"scalars":{"loss":0.5}})"
        << "\n"
        << R"({"event":"measure","time":3,"stage":"finetune","on":"test","global_step":10,"metrics":{"dice":)"
        << Json(dice).dump() << "}}\n"
        << R"({"event":"done","time":4})"
        << "\n";
    other_.set_run_state(folder.id(), "running");
    other_.set_run_state(folder.id(), "done");
    other_.index_run(folder.id());
    return folder.id();
  }

  void trigger(const char* action) {
    QAction* found = actions_.find(QString::fromLatin1(action));
    ASSERT_NE(found, nullptr) << action;
    ASSERT_TRUE(found->isEnabled()) << action;
    found->trigger();
  }
  bool enabled(const char* action) const {
    const QAction* found = actions_.find(QString::fromLatin1(action));
    return found != nullptr && found->isEnabled();
  }

  /// Shows the panel at a dock's size.
  static void show(QWidget& panel, QSize size = {900, 600}) {
    panel.resize(size);
    panel.show();
    QTest::qWait(20);
  }
  /// Saves what the widget shows where WARMSTART_SHOTS asks for it, light and dark.
  static QImage shot(QWidget& widget, const QString& name) {
    const QString folder = qEnvironmentVariable("WARMSTART_SHOTS");
    QTest::qWait(30);
    const QImage image = widget.grab().toImage();
    if (folder.isEmpty()) return image;
    image.save(folder + QLatin1Char('/') + name + QStringLiteral("-light.png"));
    look::apply(*qApp, look::Scheme::kDark);
    QTest::qWait(30);
    widget.grab().save(folder + QLatin1Char('/') + name + QStringLiteral("-dark.png"));
    look::apply(*qApp, look::Scheme::kLight);
    QTest::qWait(10);
    return image;
  }
  /// Pixels close to a colour.
  static int count(const QImage& image, const QColor& colour) {
    int found = 0;
    for (int y = 0; y < image.height(); ++y) {
      for (int x = 0; x < image.width(); ++x) {
        const QColor pixel = image.pixelColor(x, y);
        found += std::abs(pixel.red() - colour.red()) + std::abs(pixel.green() - colour.green()) +
                             std::abs(pixel.blue() - colour.blue()) <
                         24
                     ? 1
                     : 0;
      }
    }
    return found;
  }
};

}  // namespace warmstart
