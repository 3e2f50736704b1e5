// The table of cases under the planes of the segmentation view: what it computes from the masks,
// worst first, and where a click leads.
#include "views/inspect/case_table.h"

#include <gtest/gtest.h>

#include <QAbstractItemModelTester>
#include <QTableView>
#include <QToolButton>
#include <fstream>

#include "tests/gui/capture_files.h"
#include "tests/gui/queue_desk.h"
#include "views/inspect/inspect_panel.h"
#include "views/inspect/segmentation_view.h"

namespace warmstart {
namespace {

constexpr int kWide = 8, kHigh = 6, kDeep = 5;
constexpr std::size_t kVoxels = std::size_t{kWide} * kHigh * kDeep;

std::size_t place(int sample, int x, int y, int z) {
  return static_cast<std::size_t>(((sample * kDeep + z) * kHigh + y) * kWide + x);
}

/// Sample "good": class 1 is a 2 x 2 x 5 bar, predicted as it is. Sample "poor": the same bar, of
/// which slice 3 is predicted two columns too far right; class 2 is one voxel that was missed.
void writeCases(const Path& file, bool with_reference = true) {
  std::vector<std::uint8_t> predicted(2 * kVoxels, 0), referred(2 * kVoxels, 0);
  for (int sample = 0; sample < 2; ++sample) {
    for (int z = 0; z < kDeep; ++z) {
      for (const auto& [x, y] : {std::pair{1, 1}, {2, 1}, {1, 2}, {2, 2}}) {
        referred[place(sample, x, y, z)] = 1;
        predicted[place(sample, x + (sample == 1 && z == 3 ? 2 : 0), y, z)] = 1;
      }
    }
  }
  referred[place(1, 6, 4, 1)] = 2;
  std::vector<float> image(2 * kVoxels, 1);
  for (std::size_t i = 0; i < image.size(); ++i) image[i] = static_cast<float>(i % 7);
  const Json info{{"kind", "segmentation"},
                  {"step", 10},
                  {"stage", "target"},
                  {"samples", {"good", "poor"}},
                  {"class_names", {"background", "anterior", "posterior"}}};
  std::vector<Array> arrays{
      arrayOf("image", Dtype::kFloat32, {2, 1, kDeep, kHigh, kWide}, image),
      arrayOf("prediction", Dtype::kUint8, {2, kDeep, kHigh, kWide}, predicted)};
  if (with_reference)
    arrays.push_back(arrayOf("label", Dtype::kUint8, {2, kDeep, kHigh, kWide}, referred));
  writeCapture(file, info, arrays);
}

class CaseTableTest : public QueueDeskTest {
 protected:
  void makeRun(bool with_reference = true) {
    std::filesystem::create_directories(root_ / "runs/one");
    std::ofstream(root_ / "runs/one/events.jsonl")
        << R"({"event":"start","time":1,"total_steps":30})"
        << "\n"
        << R"({"event":"measure","time":8,"stage":"target","on":"test","global_step":10,)"
        << R"("metrics":{"asd":1,"hd95":3},"metric_info":[{"name":"asd"},{"name":"hd95","unit":"mm"}],)"
        << R"("cases":[{"sample":"poor","metric":"hd95","part":"anterior","value":2.25},)"
        << R"({"sample":"poor","metric":"hd95","part":"posterior","value":null},)"
        << R"({"sample":"not watched","metric":"asd","part":"anterior","value":1},)"
        << R"({"sample":"not watched","metric":"dice","part":"anterior","value":0.5},)"
        << R"({"sample":"all samples","metric":"recall","part":"anterior","value":0.1}]})"
        << "\n"
        << R"({"event":"done","time":9})"
        << "\n";
    writeCases(root_ / "runs/one/captures/10/segmentation.safetensors", with_reference);
    panel_.resize(900, 760);
    panel_.show();
    selection_.setRun(QStringLiteral("one"));
    ASSERT_TRUE(waitSettled());
  }
  bool waitSettled() {
    return QTest::qWaitFor([this] { return panel_.settled(); }, 5000);
  }
  SegmentationView& view() { return *qobject_cast<SegmentationView*>(panel_.view()); }
  QTableView& table() { return *view().cases().table(); }
  QString cell(int row, int column) {
    return table().model()->index(row, column).data().toString();
  }
  InspectPanel panel_{desk_};
};

TEST_F(CaseTableTest, EveryClassOfEveryCaseIsThereWithTheWorstOneFirst) {
  makeRun();
  const QAbstractItemModelTester tester(&view().cases().model(),
                                        QAbstractItemModelTester::FailureReportingMode::Fatal);
  ASSERT_EQ(table().model()->rowCount(), 4) << "one was measured only";
  // posterior of poor: missed altogether.
  EXPECT_EQ(cell(0, CaseModel::kCase), QStringLiteral("poor"));
  EXPECT_EQ(cell(0, CaseModel::kClass), QStringLiteral("posterior"));
  EXPECT_EQ(cell(0, CaseModel::kDice), QStringLiteral("0.0000"));
  EXPECT_EQ(cell(0, CaseModel::kPrecision), QStringLiteral("–"));
  EXPECT_EQ(cell(0, CaseModel::kRecall), QStringLiteral("0.0000"));
  EXPECT_EQ(cell(0, CaseModel::kSlice), QStringLiteral("2")) << "counted as the planes do";
  // anterior of poor: 16 of 20 voxels, and nothing right in slice 3.
  EXPECT_EQ(cell(2, CaseModel::kCase), QStringLiteral("poor"));
  EXPECT_EQ(cell(2, CaseModel::kDice), QStringLiteral("0.8000"));
  EXPECT_EQ(cell(2, CaseModel::kSlice), QStringLiteral("4"));
  EXPECT_EQ(cell(2, CaseModel::kSliceDice), QStringLiteral("0.0000"));
  EXPECT_EQ(cell(3, CaseModel::kCase), QStringLiteral("good"));
  EXPECT_EQ(cell(3, CaseModel::kDice), QStringLiteral("1.0000"));
  // What was measured stands behind: a distance that the masks alone do not give.
  const int hd95 = CaseModel::kColumns;
  EXPECT_EQ(table().model()->columnCount(), hd95 + 3) << "hd95, asd and dice";
  EXPECT_EQ(table().model()->headerData(hd95, Qt::Horizontal).toString(),
            QStringLiteral("hd95 (mm), measured"));
  EXPECT_EQ(cell(0, hd95), QStringLiteral("–")) << "undefined";
  EXPECT_EQ(cell(2, hd95), QStringLiteral("2.2500"));
  QTest::qWait(20);
  for (const int column : {0, static_cast<int>(CaseModel::kClass), hd95}) {
    const QString title = table().model()->headerData(column, Qt::Horizontal).toString();
    EXPECT_GT(table().columnWidth(column), table().fontMetrics().horizontalAdvance(title));
    EXPECT_GT(table().columnWidth(column),
              table().fontMetrics().horizontalAdvance(cell(0, column)));
  }
  EXPECT_EQ(view().csv().split('\n').value(2),
            "not watched (not captured),anterior,0.5,,,,,,1,0.5");
  EXPECT_EQ(view().csv().split('\n').value(3),
            "poor,anterior,0.80000000000000004,"
            "0.80000000000000004,0.80000000000000004,4,0,2.25,,");
}

TEST_F(CaseTableTest, ACaseThatWasMeasuredOnlyIsMarkedSortsAndSaysHowToHaveItCaptured) {
  makeRun();
  EXPECT_EQ(cell(1, CaseModel::kCase), QStringLiteral("not watched (not captured)"));
  EXPECT_EQ(cell(1, CaseModel::kDice), QStringLiteral("0.5000")) << "as it was measured";
  EXPECT_EQ(cell(1, CaseModel::kRecall), QStringLiteral("–"));
  const auto row_of = [this](const QString& begin) {
    for (int row = 0; row < table().model()->rowCount(); ++row)
      if (cell(row, CaseModel::kCase).startsWith(begin)) return row;
    return -1;
  };
  const auto click = [&](int row) {
    QTest::mouseClick(table().viewport(), Qt::LeftButton, {},
                      table().visualRect(table().model()->index(row, 0)).center());
  };
  EXPECT_FALSE(view().cases().hint()->isVisible());
  click(1);
  EXPECT_EQ(selection_.sample(), 0) << "there is nothing to go to";
  ASSERT_TRUE(view().cases().hint()->isVisible());
  EXPECT_TRUE(
      view().cases().hint()->text().contains(QStringLiteral("\"on: test\" and \"samples: 2\"")))
      << view().cases().hint()->text().toStdString();
  QTest::qWait(50);
  shot(panel_, QStringLiteral("inspect-cases-measured"));
  for (const Qt::SortOrder order : {Qt::AscendingOrder, Qt::DescendingOrder}) {
    table().sortByColumn(CaseModel::kRecall, order);
    EXPECT_EQ(row_of(QStringLiteral("not watched")), 3) << "what has no number comes last";
  }
  table().sortByColumn(CaseModel::kDice, Qt::DescendingOrder);
  EXPECT_EQ(row_of(QStringLiteral("not watched")), 2);
  click(row_of(QStringLiteral("poor")));
  EXPECT_FALSE(view().cases().hint()->isVisible());
  EXPECT_EQ(selection_.sample(), 1);
}

TEST_F(CaseTableTest, AClickShowsTheCaseAtItsWorstSlice) {
  makeRun();
  ASSERT_EQ(selection_.sample(), 0);
  const auto click = [&](int row) {
    QTest::mouseClick(table().viewport(), Qt::LeftButton, {},
                      table().visualRect(table().model()->index(row, 0)).center());
  };
  click(2);
  EXPECT_EQ(selection_.sample(), 1);
  ASSERT_TRUE(waitSettled());
  // The wrong voxels of slice 3 stand at x = 1 to 4, y = 1 and 2.
  EXPECT_EQ(view().scene().cursor()[2], 3);
  EXPECT_NEAR(view().scene().cursor()[0], 2.5, 0.51);
  EXPECT_NEAR(view().scene().cursor()[1], 1.5, 0.51);
  shot(panel_, "inspect-cases");
  click(0);
  EXPECT_EQ(view().scene().cursor(), (Voxel{6, 4, 1}));
  EXPECT_TRUE(view().readOut().contains(QStringLiteral("reference: posterior")));
  click(3);
  EXPECT_EQ(selection_.sample(), 0);
}

TEST_F(CaseTableTest, TheKeyboardReachesARowAndHeadersSort) {
  makeRun();
  table().setFocus();
  table().setCurrentIndex(table().model()->index(2, 0));
  QTest::keyClick(&table(), Qt::Key_Return);
  EXPECT_EQ(selection_.sample(), 1);
  table().sortByColumn(CaseModel::kDice, Qt::DescendingOrder);
  EXPECT_EQ(cell(0, CaseModel::kCase), QStringLiteral("good"));
}

TEST_F(CaseTableTest, FoldedItTakesNoRoomAndStaysSoWithTheView) {
  makeRun();
  const int planes = view().plane(Plane::kAxial)->height();
  QTest::mouseClick(view().cases().fold(), Qt::LeftButton);
  EXPECT_FALSE(table().isVisible());
  EXPECT_TRUE(QTest::qWaitFor([&] { return view().plane(Plane::kAxial)->height() > planes; }));
  const QVariantMap state = view().state();
  SegmentationView other;
  other.setState(state);
  EXPECT_FALSE(other.cases().unfolded());
}

TEST_F(CaseTableTest, WithoutAReferenceItSaysSo) {
  makeRun(false);
  EXPECT_FALSE(table().isVisible());
  EXPECT_EQ(view().csv(), QByteArray());
  bool said = false;
  for (const QLabel* label : view().cases().findChildren<QLabel*>())
    said |= label->isVisible() && label->text().contains(QStringLiteral("no reference"));
  EXPECT_TRUE(said);
}

}  // namespace
}  // namespace warmstart
