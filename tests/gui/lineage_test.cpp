// Where a run's weights came from: checkpoints under their stages, exports under their checkpoints,
// and the way to the run that a stage began with.
#include <gtest/gtest.h>

#include "tests/gui/queue_desk.h"
#include "views/runs/lineage_view.h"

namespace warmstart {
namespace {

class LineageTest : public QueueDeskTest {
 protected:
  void put(const RunFolder& folder, const std::string& file, const std::string& text = "x") {
    std::filesystem::create_directories((folder.root / file).parent_path());
    std::ofstream(folder.root / file) << text;
  }
  void putExport(const RunFolder& folder, const std::string& name, const Json& metadata) {
    put(folder, "exports/" + name);
    put(folder, "exports/" + name + ".report.json", Json{{"metadata", metadata}}.dump());
  }
  /// Two stages; the first began with the weights of `origin`.
  std::string makeRun(const std::string& origin) {
    const RunFolder folder = other_.create_run(info("transfer", 1), "title: x\n");
    const std::string from =
        (root_ / "runs" / origin / "checkpoints/stage-finetune.ckpt").lexically_normal().string();
    std::ofstream log(folder.events());
    const auto say = [&](Json event) { log << event.dump() << "\n"; };
    const auto saved = [&](const char* stage, int step, const char* name) {
      say({{"event", "checkpoint"},
           {"time", 2},
           {"stage", stage},
           {"global_step", step},
           {"file", std::string("checkpoints/") + name}});
      put(folder, std::string("checkpoints/") + name);
    };
    say({{"event", "start"}, {"time", 1}, {"total_steps", 30}});
    say({{"event", "stage"},
         {"time", 1},
         {"stage", "adapt"},
         {"index", 0},
         {"steps", 20},
         {"global_step", 0},
         {"from", from}});
    saved("adapt", 10, "best.ckpt");
    saved("adapt", 20, "stage-adapt.ckpt");
    say({{"event", "stage"},
         {"time", 2},
         {"stage", "target"},
         {"index", 1},
         {"steps", 10},
         {"global_step", 20},
         {"from", "previous"}});
    saved("target", 25, "best.ckpt");
    saved("target", 30, "stage-target.ckpt");
    say({{"event", "done"}, {"time", 4}});
    put(folder, "checkpoints/step-20.ckpt");  // the log lost their lines
    put(folder, "checkpoints/step-21.ckpt");
    putExport(folder, "best.onnx",
              {{"weights", {{"file", "best.ckpt"}, {"stage", "target"}, {"global_step", 25}}}});
    putExport(folder, "earlier.onnx",
              {{"weights", {{"file", "best.ckpt"}, {"stage", "adapt"}, {"global_step", 10}}}});
    putExport(folder, "old.onnx", Json{{"recipe", "x"}});
    putExport(folder, "old-best.onnx", {{"checkpoint", "the best validation, step 9; not these"}});
    put(folder, "exports/stray.bin");
    log.flush();
    other_.set_run_state(folder.id(), "running");
    other_.set_run_state(folder.id(), "done");
    return folder.id();
  }
  QTreeWidgetItem* find(const char* name) {
    const auto found = view_.findItems(QLatin1String(name), Qt::MatchRecursive | Qt::MatchExactly);
    return found.size() == 1 ? found.first() : nullptr;
  }
  QString parentOf(const char* name) {
    QTreeWidgetItem* item = find(name);
    return item && item->parent() ? item->parent()->text(0) : QStringLiteral("not found");
  }
  void showRun() {
    origin_ = doneRun("pretrained", 0, 0.5);
    run_ = makeRun(origin_);
    ASSERT_TRUE(waitFor([&] { return session_.index().runs.size() == 2; }));
    show(view_);
    view_.setRun(QString::fromStdString(run_));
    ASSERT_TRUE(waitFor([&] { return find("stray.bin") != nullptr; }));
  }
  std::string origin_, run_;
  LineageView view_{desk_};
};

TEST_F(LineageTest, CheckpointsStandUnderTheStageThatMadeThem) {
  showRun();
  EXPECT_EQ(parentOf("stage-adapt.ckpt"), QStringLiteral("adapt"));
  EXPECT_EQ(parentOf("stage-target.ckpt"), QStringLiteral("target"));
  EXPECT_EQ(parentOf("best.ckpt"), QStringLiteral("target")) << "the newer one replaced the file";
  EXPECT_EQ(find("best.ckpt")->text(2), QStringLiteral("25"));
  // By the steps of the stages: step 20 is the first one's last.
  EXPECT_EQ(parentOf("step-20.ckpt"), QStringLiteral("adapt"));
  EXPECT_EQ(parentOf("step-21.ckpt"), QStringLiteral("target"));
}

TEST_F(LineageTest, ExportsStandUnderTheCheckpointTheyWereMadeOf) {
  showRun();
  EXPECT_EQ(parentOf("best.onnx"), QStringLiteral("best.ckpt"));
  EXPECT_EQ(parentOf("earlier.onnx"), QStringLiteral("adapt"));
  EXPECT_EQ(find("earlier.onnx")->text(1), QStringLiteral("best.ckpt of step 10, no longer kept"));
  EXPECT_EQ(parentOf("old.onnx"), QStringLiteral("stage-target.ckpt"));
  EXPECT_EQ(parentOf("old-best.onnx"), QString::fromStdString(run_));
  EXPECT_EQ(find("old-best.onnx")->text(1), QStringLiteral("the best validation, step 9"));
  EXPECT_EQ(parentOf("stray.bin"), QString::fromStdString(run_));
  shot(view_, QStringLiteral("lineage"));
}

TEST_F(LineageTest, AStageThatBeganWithAnotherRunNamesItAndLeadsThere) {
  showRun();
  EXPECT_EQ(find("adapt")->text(1), QStringLiteral("stage-finetune.ckpt of pretrained, seed 0"));
  EXPECT_EQ(find("target")->text(1), QStringLiteral("previous"));
  QTreeWidgetItem* lead = find("Run pretrained, seed 0");
  ASSERT_NE(lead, nullptr);
  QTest::mouseClick(view_.viewport(), Qt::LeftButton, {}, view_.visualItemRect(lead).center());
  EXPECT_TRUE(waitFor([&] { return selection_.run() == QString::fromStdString(origin_); }));
  selection_.setRun({});
  view_.setCurrentItem(find("Run pretrained, seed 0"));
  QTest::keyClick(&view_, Qt::Key_Return);
  EXPECT_TRUE(waitFor([&] { return selection_.run() == QString::fromStdString(origin_); }));
}

}  // namespace
}  // namespace warmstart
