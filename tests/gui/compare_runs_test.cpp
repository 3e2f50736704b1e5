// Inspect shows another run's capture beside the shown one: of the same sample, at the nearest step
// that is not later.
#include <gtest/gtest.h>

#include <QComboBox>
#include <QLabel>
#include <QSplitter>
#include <fstream>

#include "tests/gui/capture_files.h"
#include "tests/gui/queue_desk.h"
#include "views/inspect/image_grid.h"
#include "views/inspect/image_grid_view.h"
#include "views/inspect/inspect_panel.h"
#include "views/inspect/matrix_canvas.h"
#include "views/inspect/matrix_view.h"
#include "views/inspect/segmentation_view.h"

namespace warmstart {
namespace {

constexpr int kWide = 6, kHigh = 5, kDeep = 4, kVoxels = kWide * kHigh * kDeep;

/// One grey for each sample, and a label at (4, 3, 2) in `label`.
void writeGrey(const Path& file, int step, const std::vector<std::string>& samples,
               const std::vector<float>& greys, std::uint8_t label) {
  std::vector<float> image;
  for (const float grey : greys) image.insert(image.end(), kVoxels, grey);
  std::vector<std::uint8_t> labels(image.size(), 0);
  for (std::size_t s = 0; s < greys.size(); ++s)
    labels[s * kVoxels + (2 * kHigh + 3) * kWide + 4] = label;
  const auto count = static_cast<std::int64_t>(greys.size());
  writeCapture(file,
               {{"kind", "segmentation"},
                {"step", step},
                {"stage", "target"},
                {"samples", samples},
                {"class_names", {"background", "anterior", "posterior"}}},
               {arrayOf("image", Dtype::kFloat32, {count, 1, kDeep, kHigh, kWide}, image),
                arrayOf("prediction", Dtype::kUint8, {count, kDeep, kHigh, kWide}, labels),
                arrayOf("label", Dtype::kUint8, {count, kDeep, kHigh, kWide}, labels)});
}

class CompareRunsTest : public QueueDeskTest {
 protected:
  Path fileOf(const char* run, int step, const char* inspector = "segmentation") const {
    return root_ / "runs" / run / "captures" / std::to_string(step) /
           (std::string(inspector) + ".safetensors");
  }
  void makeLog(const char* run, double dice) {
    std::filesystem::create_directories(root_ / "runs" / run);
    std::ofstream(root_ / "runs" / run / "events.jsonl")
        << R"({"event":"start","time":1,"total_steps":30})"
        << "\n"
        << R"({"event":"measure","time":8,"stage":"target","on":"test","global_step":30,)"
        << R"("metrics":{"hd95":3},"metric_info":[{"name":"hd95","unit":"mm"}],"cases":[)"
        << R"({"sample":"second","metric":"hd95","part":"anterior","value":)" << dice << "},"
        << R"({"sample":"second","metric":"hd95","part":"posterior","value":)" << dice << "}]}\n"
        << R"({"event":"done","time":9})"
        << "\n";
  }
  /// "two" watches another sample first, and was captured at other steps.
  void makeRuns() {
    makeLog("one", 1.5);
    makeLog("two", 4.5);
    for (const int step : {10, 20, 30})
      writeGrey(fileOf("one", step), step, {"first", "second"}, {50, 100}, 1);
    for (const int step : {15, 25})
      writeGrey(fileOf("two", step), step, {"second", "third"}, {150.0F + step, 90}, 2);
    panel_.resize(1300, 760);
    panel_.show();
    selection_.setRuns({QStringLiteral("one"), QStringLiteral("two")});
    selection_.setSample(1);
    ASSERT_TRUE(waitSettled());
  }
  bool waitSettled() {
    return QTest::qWaitFor([this] { return panel_.settled(); }, 5000);
  }
  void choose(const QString& partner) {
    const int place = panel_.partners()->findText(partner, Qt::MatchStartsWith);
    ASSERT_GE(place, 0) << partner.toStdString();
    panel_.partners()->setCurrentIndex(place);
    emit panel_.partners()->activated(place);
    ASSERT_TRUE(waitSettled());
  }
  static SegmentationView* segmentation(CaptureView* view) {
    auto* found = qobject_cast<SegmentationView*>(view);
    if (found) {
      found->scene().setCrosshairShown(false);
      found->scene().setWindow(0, 255);
    }
    return found;
  }
  static QColor seen(SegmentationView& view, const Voxel& voxel) {
    PlaneView* plane = view.plane(Plane::kAxial);
    return plane->grab().toImage().pixelColor(plane->placeOf(voxel).toPoint());
  }
  /// What the stage says above the views; "" = nothing.
  QString caption() {
    for (const QLabel* label :
         panel_.stage()->findChildren<QLabel*>(QString(), Qt::FindDirectChildrenOnly))
      if (label->isVisible()) return label->text();
    return {};
  }
  InspectPanel panel_{desk_};
};

TEST_F(CompareRunsTest, TheSameSampleOfAnotherRunStandsBesideAtTheNearestStepNotLater) {
  makeRuns();
  choose(QStringLiteral("two"));
  SegmentationView* own = segmentation(panel_.view());
  SegmentationView* other = segmentation(panel_.stage()->otherView());
  ASSERT_NE(other, nullptr) << caption().toStdString();
  EXPECT_EQ(caption(), QStringLiteral("First step 25 of two, then step 30 of the chosen run"));
  // Sample "second" is the second here and the first there.
  EXPECT_NEAR(seen(*own, {1, 1, 2}).red(), 100, 1);
  EXPECT_NEAR(seen(*other, {1, 1, 2}).red(), 175, 1);
  own->scene().setOpacity(1);
  own->scene().setCursor({4, 3, 2});
  EXPECT_EQ(other->scene().cursor(), (Voxel{4, 3, 2})) << "they move together";
  EXPECT_EQ(seen(*own, {4, 3, 2}), look::label(1));
  EXPECT_EQ(seen(*other, {4, 3, 2}), look::label(2));
  shot(panel_, QStringLiteral("inspect-two-runs"));
  selection_.setStep(20);
  ASSERT_TRUE(waitSettled());
  EXPECT_EQ(caption(), QStringLiteral("First step 15 of two, then step 20 of the chosen run"));
  EXPECT_NEAR(seen(*segmentation(panel_.stage()->otherView()), {1, 1, 2}).red(), 165, 1);
}

TEST_F(CompareRunsTest, EachHalfHasTheMeasurementsOfItsOwnRun) {
  makeRuns();
  choose(QStringLiteral("two"));
  ASSERT_TRUE(waitFor([this] { return panel_.settled(); }));
  const auto measured = [](CaptureView* view) {
    CaseModel& model = qobject_cast<SegmentationView*>(view)->cases().model();
    for (int row = 0; row < model.rowCount(); ++row) {
      if (model.index(row, CaseModel::kCase).data().toString() == QLatin1String("second"))
        return model.index(row, CaseModel::kColumns).data().toString();
    }
    return QString();
  };
  EXPECT_EQ(measured(panel_.view()), QStringLiteral("1.5000"));
  EXPECT_EQ(measured(panel_.stage()->otherView()), QStringLiteral("4.5000"));
}

TEST_F(CompareRunsTest, WhatTheOtherRunLacksIsSaidAndTheShownCaptureStays) {
  makeRuns();
  choose(QStringLiteral("two"));
  selection_.setSample(0);
  ASSERT_TRUE(waitSettled());
  EXPECT_EQ(panel_.stage()->otherView(), nullptr);
  EXPECT_EQ(caption(), QStringLiteral("Nothing to compare: the sample \"first\" is not in the "
                                      "capture of step 25 of two."));
  selection_.setSample(1);
  selection_.setStep(10);
  ASSERT_TRUE(waitSettled());
  EXPECT_EQ(caption(),
            QStringLiteral("Nothing to compare: two has no capture of \"segmentation\" at "
                           "step 10 or before; its first is at step 15."));
  EXPECT_TRUE(panel_.view()->isVisible());
  shot(panel_, QStringLiteral("inspect-two-runs-nothing"));
  selection_.setStep(30);
  ASSERT_TRUE(waitSettled());
  EXPECT_NE(panel_.stage()->otherView(), nullptr) << "it comes back by itself";
  std::filesystem::remove_all(root_ / "runs/three");
  makeLog("three", 1);
  selection_.setRuns({QStringLiteral("one"), QStringLiteral("three")});
  choose(QStringLiteral("three"));
  EXPECT_TRUE(caption().startsWith(
      QStringLiteral("Nothing to compare: three has no captures of \"segmentation\".")))
      << caption().toStdString();
}

TEST_F(CompareRunsTest, ACaseOfTheOtherRunChoosesTheSameSampleHere) {
  makeRuns();
  choose(QStringLiteral("two"));
  emit panel_.stage()->otherView()->sampleWanted(0);
  EXPECT_EQ(selection_.sample(), 1) << "its first sample is the second of the chosen run";
  emit panel_.stage()->otherView()->sampleWanted(1);
  EXPECT_EQ(selection_.sample(), 1) << "the chosen run does not watch it";
}

TEST_F(CompareRunsTest, TheListHasTheChosenRunsFirstThenThoseOfTheRecipeAndThePinTakesItsPlace) {
  const QString shown = QString::fromStdString(doneRun("scratch", 0, 0.5));
  const QString same = QString::fromStdString(doneRun("scratch", 1, 0.5));
  const QString chosen = QString::fromStdString(doneRun("pretrained", 2, 0.5));
  ASSERT_TRUE(waitFor([&] { return session_.index().runs.size() == 3; }));
  writeGrey(fileOf(qPrintable(shown), 10), 10, {"first"}, {50}, 1);
  writeGrey(fileOf(qPrintable(same), 10), 10, {"first"}, {90}, 1);
  show(panel_);
  selection_.setRuns({shown, chosen});
  ASSERT_TRUE(waitSettled());
  QStringList texts;
  for (int i = 0; i < panel_.partners()->count(); ++i) texts += panel_.partners()->itemText(i);
  texts.removeAll(QString());  // lines between the groups
  EXPECT_EQ(texts, (QStringList{"Compare with...", "pretrained, seed 2", "scratch, seed 1"}));
  choose(QStringLiteral("scratch, seed 1"));
  EXPECT_EQ(panel_.partners()->currentData().toString(), same);
  ASSERT_NE(panel_.stage()->otherView(), nullptr) << caption().toStdString();
  trigger("inspect.pin");
  EXPECT_EQ(panel_.partners()->currentText(), QStringLiteral("pinned step 10"));
  EXPECT_EQ(panel_.stage()->partner().run, QString());
  choose(QStringLiteral("Compare with..."));
  EXPECT_FALSE(panel_.stage()->partner().chosen());
  EXPECT_FALSE(actions_.find(QStringLiteral("inspect.pin"))->isChecked());
}

class CompareStageTest : public DeskTest {
 protected:
  CapturePtr write(const char* name, const Json& info, const std::vector<Array>& arrays) {
    const Path file = root_ / name;
    writeCapture(file, info, arrays);
    return Capture::open(file);
  }
  void show(const CapturePtr& own, const CapturePtr& other, int sample) {
    stage_.resize(900, 500);
    stage_.show();
    stage_.setPartner(
        {.capture = other, .run = QStringLiteral("two"), .classes = {}, .problem = {}});
    stage_.setCapture(own, sample, {});
    ASSERT_TRUE(QTest::qWaitFor([this] { return stage_.settled(); }, 5000));
  }
  ViewStage stage_;
};

TEST_F(CompareStageTest, TheDifferenceTakesTheSampleByItsName) {
  const Json axes{{"m", "S row column"}};
  const std::vector<float> here{1, 2, 3, 4, 10, 20, 30, 40},
      there{7, 7, 7, 7, 1, 1, 1, 2, 0, 0, 0, 0};
  show(write("here", {{"kind", "matrix"}, {"step", 4}, {"samples", {"a", "b"}}, {"axes", axes}},
             {arrayOf("m", Dtype::kFloat32, {2, 2, 2}, here)}),
       write("there",
             {{"kind", "matrix"}, {"step", 3}, {"samples", {"z", "a", "y"}}, {"axes", axes}},
             {arrayOf("m", Dtype::kFloat32, {3, 2, 2}, there)}),
       0);
  stage_.setCompare(Compare::kDifference);
  const auto* view = qobject_cast<MatrixView*>(stage_.view());
  EXPECT_EQ(view->canvas()->matrix()->values, (std::vector<double>{0, 1, 2, 2}));
  EXPECT_EQ(view->canvas()->matrix()->unit, QStringLiteral("difference to step 3 of two"));
  stage_.setCompare(Compare::kOther);
  EXPECT_EQ(view->canvas()->matrix()->values, (std::vector<double>{1, 1, 1, 2}));
}

TEST_F(CompareStageTest, ImagesOfTheOtherRunAreDrawnBeside) {
  const Json axes{{"image", "S C H W"}};
  std::vector<float> dark(2 * 16 * 16, 0), light(2 * 16 * 16, 1);
  dark[0] = light[256] = 1, light[0] = 0, light[257] = 0;
  show(write("here", {{"kind", "images"}, {"step", 4}, {"samples", {"a", "b"}}, {"axes", axes}},
             {arrayOf("image", Dtype::kFloat32, {2, 1, 16, 16}, dark)}),
       write("there", {{"kind", "images"}, {"step", 3}, {"samples", {"b", "a"}}, {"axes", axes}},
             {arrayOf("image", Dtype::kFloat32, {2, 1, 16, 16}, light)}),
       0);
  ASSERT_NE(stage_.otherView(), nullptr);
  const auto light_pixels = [](CaptureView* view) {
    const QImage image = view->findChild<ImageGrid*>()->grab().toImage();
    int count = 0;
    for (int y = 0; y < image.height(); ++y)
      for (int x = 0; x < image.width(); ++x) count += image.pixelColor(x, y) == Qt::white;
    return count;
  };
  QTest::qWait(50);
  EXPECT_GT(light_pixels(stage_.otherView()), light_pixels(stage_.view()) + 500);
}

}  // namespace
}  // namespace warmstart
