// The views of capture kinds: written captures become pixels, exact values and tables.
#include <gtest/gtest.h>
#include <qcustomplot.h>

#include <QAbstractItemModelTester>
#include <QCheckBox>
#include <QComboBox>
#include <QListWidget>
#include <QSignalSpy>
#include <QTableView>
#include <QTableWidget>
#include <QTest>
#include <cmath>
#include <fstream>

#include "core/base/tensor_file.h"
#include "tests/gui/capture_files.h"
#include "tests/gui/test_desk.h"
#include "views/desk/action_book.h"
#include "views/inspect/array_values.h"
#include "views/inspect/arrays_view.h"
#include "views/inspect/capture_export.h"
#include "views/inspect/confusion_view.h"
#include "views/inspect/curve_view.h"
#include "views/inspect/image_grid_view.h"
#include "views/inspect/inspect_panel.h"
#include "views/inspect/matrix_view.h"
#include "views/inspect/table_view.h"
#include "views/look/colour_map.h"
#include "views/look/plot.h"
#include "views/look/theme.h"

namespace warmstart {
namespace {

class CaptureViewsTest : public testing::Test {
 protected:
  CapturePtr capture(const Json& info, const std::vector<Array>& arrays) {
    const Path file = Path(folder_.path().toStdString()) / ("c" + std::to_string(count_++));
    writeCapture(file, info, arrays);
    return Capture::open(file);
  }
  template <class View>
  void show(View& view, const CapturePtr& shown, int sample = 0, const QStringList& classes = {}) {
    view.resize(640, 600);
    view.setCapture(shown, sample, classes);
    view.show();
    ASSERT_TRUE(QTest::qWaitFor([&] { return view.settled(); }, 5000));
  }
  QTemporaryDir folder_;
  int count_ = 0;
};

TEST_F(CaptureViewsTest, EveryStoredTypeIsReadAsItsNumbers) {
  // numpy: np.array([1, -2, 0.333333, 65504, 6e-8], np.float16).view(np.uint16), and inf.
  const std::vector<std::uint16_t> halves{15360, 49152, 13653, 31743, 1, 31744};
  // torch.tensor([1, -2, 0.1], dtype=torch.bfloat16) as bits
  const std::vector<std::uint16_t> brains{0x3f80, 0xc000, 0x3dcd};
  const std::vector<std::int64_t> whole{-5, std::int64_t{1} << 40};
  const auto read = [](const Array& array) {
    std::vector<double> out(static_cast<std::size_t>(valueCount(array)));
    readValues(array, 0, std::span(out));
    return out;
  };
  const std::vector<double> half = read(arrayOf("h", Dtype::kFloat16, {6}, halves));
  EXPECT_EQ(half[0], 1);
  EXPECT_EQ(half[1], -2);
  EXPECT_EQ(half[2], 0.333251953125);
  EXPECT_EQ(half[3], 65504);
  EXPECT_EQ(half[4], 5.9604644775390625e-08);
  EXPECT_TRUE(std::isinf(half[5]));
  EXPECT_EQ(read(arrayOf("b", Dtype::kBfloat16, {3}, brains)),
            (std::vector<double>{1, -2, 0.10009765625}));
  EXPECT_EQ(read(arrayOf("i", Dtype::kInt64, {2}, whole)),
            (std::vector<double>{-5, 1099511627776.0}));
}

TEST_F(CaptureViewsTest, AMatrixHasTheColourOfEachValueAndReadsItExactly) {
  const std::vector<float> values{-2, 0, 1, 2};
  MatrixView view;
  show(view, capture({{"kind", "matrix"},
                      {"axes", {{"m", "row column"}}},
                      {"labels", {{"row", {"upper", "lower"}}}},
                      {"units", {{"m", "mV"}}}},
                     {arrayOf("m", Dtype::kFloat32, {2, 2}, values)}));
  photograph(view, "matrix.png");
  const auto& colours = look::colours(look::Map::kDiverging);
  MatrixCanvas* canvas = view.canvas();
  EXPECT_EQ(pixel(canvas, canvas->rectOf({0, 0}).center()), QColor(colours[0]));
  EXPECT_EQ(pixel(canvas, canvas->rectOf({0, 1}).center()), QColor(colours[128]));
  EXPECT_EQ(pixel(canvas, canvas->rectOf({1, 1}).center()), QColor(colours[255]));
  pointAt(canvas, canvas->rectOf({1, 0}).center());
  EXPECT_EQ(view.readOut().toStdString(), "row lower, column 0: 1");
  EXPECT_EQ(view.csv().toStdString(), "row,0,1\nupper,-2,0\nlower,1,2\n");
}

TEST_F(CaptureViewsTest, AThinLineOfALargeMatrixIsSeenAndTheWheelZoomsToIt) {
  std::vector<float> values(2000 * 2000, 0);
  values[777 * 2000 + 1234] = 1;
  MatrixView view;
  show(view, capture({{"kind", "matrix"}}, {arrayOf("m", Dtype::kFloat32, {2000, 2000}, values)}));
  MatrixCanvas* canvas = view.canvas();
  const QColor strong(look::colours(look::Map::kViridis).back());
  const QPointF centre = canvas->rectOf({777, 1234}).center();
  bool seen = false;
  const QImage picture = canvas->grab().toImage();
  for (int dy = -2; dy <= 2; ++dy)
    for (int dx = -2; dx <= 2; ++dx)
      seen |= picture.pixelColor(centre.toPoint() + QPoint(dx, dy)) == strong;
  EXPECT_TRUE(seen);
  for (int i = 0; i < 20; ++i) {
    QWheelEvent wheel(centre, canvas->mapToGlobal(centre), {}, QPoint(0, 120), Qt::NoButton,
                      Qt::NoModifier, Qt::NoScrollPhase, false);
    QApplication::sendEvent(canvas, &wheel);
  }
  EXPECT_GT(canvas->rectOf({777, 1234}).width(), 4);
  EXPECT_EQ(pixel(canvas, canvas->rectOf({777, 1234}).center()), strong);
  QTest::keyClick(canvas, Qt::Key_R);
  EXPECT_EQ(canvas->zoom(), 1);
}

TEST_F(CaptureViewsTest, AMatrixOfAHigherArrayIsTheOneAtTheChosenPlaces) {
  std::vector<float> values(2 * 3 * 2 * 2);
  std::iota(values.begin(), values.end(), 0.0F);
  MatrixView view;
  show(
      view,
      capture({{"kind", "matrix"}, {"axes", {{"m", "S head row column"}}}, {"samples", {"a", "b"}}},
              {arrayOf("m", Dtype::kFloat32, {2, 3, 2, 2}, values)}),
      1);
  auto* head = view.findChild<QSpinBox*>();
  ASSERT_NE(head, nullptr);
  head->setValue(2);
  EXPECT_EQ(view.canvas()->matrix()->values, (std::vector<double>{20, 21, 22, 23}));
}

TEST_F(CaptureViewsTest, ADifferenceToAnotherCaptureIsSubtracted) {
  const std::vector<float> now{1, 2, 3, 4}, before{1, 1, 5, 1};
  MatrixView view;
  view.setReference({capture({{"kind", "matrix"}}, {arrayOf("m", Dtype::kFloat32, {2, 2}, before)}),
                     0, QStringLiteral("step 7")});
  show(view, capture({{"kind", "matrix"}}, {arrayOf("m", Dtype::kFloat32, {2, 2}, now)}));
  EXPECT_EQ(view.canvas()->matrix()->values, (std::vector<double>{0, 1, -2, 3}));
  EXPECT_EQ(view.canvas()->matrix()->unit.toStdString(), "difference to step 7");
}

TEST_F(CaptureViewsTest, ATableSortsByNumbersAndHeadsItsColumnsWithUnits) {
  const std::vector<float> loss{10, 9, 100}, time{1, 2, 3};
  TableView view;
  const QAbstractItemModelTester tester(&view.model(),
                                        QAbstractItemModelTester::FailureReportingMode::Fatal);
  show(view, capture({{"kind", "table"},
                      {"axes", {{"loss", "expert"}, {"time", "expert"}}},
                      {"units", {{"time", "ms"}}}},
                     {arrayOf("loss", Dtype::kFloat32, {3}, loss),
                      arrayOf("time", Dtype::kFloat32, {3}, time)}));
  photograph(view, "table.png");
  view.table()->sortByColumn(0, Qt::AscendingOrder);
  EXPECT_EQ(view.table()->model()->index(0, 0).data().toString(), QStringLiteral("9"));
  EXPECT_EQ(view.table()->model()->index(2, 0).data().toString(), QStringLiteral("100"));
  EXPECT_EQ(view.csv().toStdString(), "expert,loss,time (ms)\n0,10,1\n1,9,2\n2,100,3\n");
}

TEST_F(CaptureViewsTest, CurvesAreDrawnOverTheirPlacesAndReadAtThePointer) {
  const std::vector<float> hertz{100, 200, 400}, left{1, 4, 9}, right{2, 3, 4};
  CurveView view;
  show(view, capture({{"kind", "curve"},
                      {"x", "frequency"},
                      {"axes", {{"left", "f"}, {"right", "f"}, {"frequency", "f"}}},
                      {"units", {{"frequency", "Hz"}, {"left", "dB"}, {"right", "dB"}}}},
                     {arrayOf("left", Dtype::kFloat32, {3}, left),
                      arrayOf("right", Dtype::kFloat32, {3}, right),
                      arrayOf("frequency", Dtype::kFloat32, {3}, hertz)}));
  QTest::qWait(50);
  photograph(view, "curve.png");
  QCustomPlot* plot = view.plot();
  ASSERT_EQ(plot->graphCount(), 2);
  const QPointF place(plot->xAxis->coordToPixel(200), plot->yAxis->coordToPixel(4));
  EXPECT_EQ(pixel(plot, place), look::category(0));
  pointAt(plot, place);
  EXPECT_EQ(view.readOut().toStdString(), "frequency (Hz) 200: left 4, right 3");
}

TEST_F(CaptureViewsTest, ImagesShowTheirColoursAndAClickEnlargesAndChoosesTheSample) {
  // Two images of 3 x 2 x 2: the first red on the left and black on the right, the second all blue.
  const std::vector<float> values{1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0,
                                  0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1};
  ImageGridView view;
  show(view,
       capture({{"kind", "images"}, {"axes", {{"x", "S C H W"}}}, {"samples", {"one", "two"}}},
               {arrayOf("x", Dtype::kFloat32, {2, 3, 2, 2}, values)}));
  photograph(view, "images.png");
  ImageGrid* grid = view.grid();
  ASSERT_EQ(grid->tiles().size(), 2U);
  const QRect first = grid->rectOf(0);
  EXPECT_EQ(pixel(grid, first.topLeft() + QPointF(first.width() / 4, 9)), QColor(255, 0, 0));
  EXPECT_EQ(pixel(grid, first.topLeft() + QPointF(first.width() * 3 / 4, 9)), QColor(0, 0, 0));
  QSignalSpy wanted(&view, &CaptureView::sampleWanted);
  QTest::mouseClick(grid, Qt::LeftButton, {}, grid->rectOf(1).center());
  EXPECT_EQ(grid->enlarged(), 1);
  ASSERT_EQ(wanted.count(), 1);
  EXPECT_EQ(wanted[0][0].toInt(), 1);
  EXPECT_TRUE(view.readOut().startsWith(QStringLiteral("two: 2 × 2 pixels, mean 0.3333")));
  QTest::keyClick(grid, Qt::Key_Escape);
  EXPECT_EQ(grid->enlarged(), -1);
}

TEST_F(CaptureViewsTest, FewImagesFillTheRoomAndManyAreScrolled) {
  const auto shown = [&](ImageGridView& view, std::int64_t count) {
    const std::vector<float> values(static_cast<std::size_t>(count * 4), 1);
    show(view, capture({{"kind", "images"}, {"axes", {{"x", "S H W"}}}},
                       {arrayOf("x", Dtype::kFloat32, {count, 2, 2}, values)}));
    QTest::qWait(50);
    return view.grid();
  };
  ImageGridView few, many;
  ImageGrid* grid = shown(few, 3);
  const QRect last = grid->rectOf(2);
  EXPECT_GT(last.width(), 150);
  EXPECT_TRUE(grid->rect().contains(last));
  EXPECT_LE(grid->height(), grid->parentWidget()->height()) << "nothing is scrolled";
  few.resize(few.width() / 2, few.height());
  QTest::qWait(50);
  EXPECT_TRUE(grid->rect().contains(grid->rectOf(2)));
  EXPECT_LE(grid->height(), grid->parentWidget()->height());
  photograph(few, "images-few.png");
  grid = shown(many, 200);
  EXPECT_EQ(grid->rectOf(199).width(), 96);
  EXPECT_GT(grid->height(), grid->parentWidget()->height());
  EXPECT_TRUE(grid->rect().contains(grid->rectOf(199)));
}

/// Black images; the first is hot on the left, half as hot on the right, the second is cold.
TEST_F(CaptureViewsTest, HeatLiesOverTheImagesAsStronglyAsItIsHot) {
  const std::vector<float> images(2 * 3 * 2 * 2, 0), heat{1, 0.5F, 1, 0.5F, 0, 0, 0, 0};
  const std::vector<double> places(12, 1);
  const std::unique_ptr<CaptureView> of_gates(createCaptureView(QStringLiteral("gates")));
  EXPECT_NE(dynamic_cast<ImageGridView*>(of_gates.get()), nullptr);
  ImageGridView view;
  show(view, capture({{"kind", "grad_cam"},
                      {"axes", {{"image", "S C H W"}, {"heat", "S H W"}, {"geotransform", "S 6"}}},
                      {"samples", {"one", "two"}}},
                     {arrayOf("image", Dtype::kFloat32, {2, 3, 2, 2}, images),
                      arrayOf("heat", Dtype::kFloat32, {2, 2, 2}, heat),
                      arrayOf("geotransform", Dtype::kFloat64, {2, 6}, places)}));
  QVariantMap state = view.state();
  EXPECT_EQ(state.value(QStringLiteral("array")), QStringLiteral("image"));
  state[QStringLiteral("heat")] = 100;
  view.setState(state);
  ASSERT_TRUE(QTest::qWaitFor([&] { return view.settled(); }, 5000));
  photograph(view, "grad-cam.png");
  const QImage first = view.grid()->tiles().at(0).image, second = view.grid()->tiles().at(1).image;
  const auto& colours = look::colours(look::Map::kViridis);
  EXPECT_EQ(first.pixel(0, 0), colours[255]);
  const QColor half(colours[128]);
  EXPECT_NEAR(QColor(first.pixel(1, 0)).green(), half.green() / 2, 1);
  EXPECT_EQ(second.pixel(0, 0), qRgb(0, 0, 0));
  state[QStringLiteral("heat")] = 0;
  view.setState(state);
  ASSERT_TRUE(QTest::qWaitFor([&] { return view.settled(); }, 5000));
  EXPECT_EQ(view.grid()->tiles().at(0).image.pixel(0, 0), qRgb(0, 0, 0));
}

TEST_F(CaptureViewsTest, ConfusionGivesScoresAndTheSamplesOfACell) {
  // sklearn-free check by hand: class 1 is right 3 times, predicted 4 times, there 5 times.
  const std::vector<std::int64_t> cases{4, 1, 0, 3, 2, 0, 2, 0}, counts{6, 1, 2, 3};
  ConfusionView view;
  const QAbstractItemModelTester tester(&view.scoreModel(),
                                        QAbstractItemModelTester::FailureReportingMode::Fatal);
  show(view,
       capture(
           {{"kind", "confusion"}, {"samples", {"first", "second"}}, {"units", {{"counts", "n"}}}},
           {arrayOf("counts", Dtype::kInt64, {2, 2}, counts),
            arrayOf("cases", Dtype::kInt64, {2, 2, 2}, cases)}),
       0, {QStringLiteral("cat"), QStringLiteral("dog")});
  const MatrixPtr scores = view.scoreModel().matrix();
  EXPECT_DOUBLE_EQ(scores->at(1, 0), 3.0 / 4);
  EXPECT_DOUBLE_EQ(scores->at(1, 1), 3.0 / 5);
  EXPECT_DOUBLE_EQ(scores->at(1, 2), 2 * 3.0 / 9);
  EXPECT_DOUBLE_EQ(scores->at(1, 3), 5);
  QTest::mouseClick(view.canvas(), Qt::LeftButton, {},
                    view.canvas()->rectOf({1, 0}).center().toPoint());
  photograph(view, "confusion.png");
  ASSERT_EQ(view.cases()->count(), 1);
  EXPECT_EQ(view.cases()->item(0)->text().toStdString(), "second: 2");
  QSignalSpy wanted(&view, &CaptureView::sampleWanted);
  QTest::mouseClick(view.cases()->viewport(), Qt::LeftButton, {},
                    view.cases()->visualItemRect(view.cases()->item(0)).center());
  ASSERT_EQ(wanted.count(), 1);
  EXPECT_EQ(wanted[0][0].toInt(), 1);
  view.normaliseBox()->click();
  EXPECT_DOUBLE_EQ(view.canvas()->matrix()->at(1, 0), 0.4);
}

TEST_F(CaptureViewsTest, AConfusionsCellListsTheTextsThatItCounts) {
  const std::vector<std::int64_t> cases{0, 1, 0, 0, 0, 1, 0, 0}, counts{0, 2, 0, 0};
  ConfusionView view;
  show(view,
       capture({{"kind", "confusion"},
                {"samples", {"line 1", "line 2"}},
                {"tokens", {{"[CLS]", "good", "film", "##s", "[SEP]"}, {"[CLS]", "bad", "[PAD]"}}}},
               {arrayOf("counts", Dtype::kInt64, {2, 2}, counts),
                arrayOf("cases", Dtype::kInt64, {2, 2, 2}, cases)}));
  QTest::mouseClick(view.canvas(), Qt::LeftButton, {},
                    view.canvas()->rectOf({0, 1}).center().toPoint());
  photograph(view, "confusion-texts.png");
  ASSERT_EQ(view.cases()->count(), 2);
  EXPECT_EQ(view.cases()->item(0)->text(), QStringLiteral("line 1: good films"));
  EXPECT_EQ(view.cases()->item(1)->text(), QStringLiteral("line 2: bad"));
}

TEST_F(CaptureViewsTest, AnUnknownKindIsDrawnAsTheShapeOfEachArraySuggests) {
  std::vector<float> many(40, 1);
  const std::vector<float> few{3};
  const CapturePtr shown = capture(
      {{"kind", "depth"}, {"axes", {{"p", "S C H W"}}}},
      {arrayOf("c", Dtype::kFloat32, {40}, many), arrayOf("m", Dtype::kFloat32, {5, 8}, many),
       arrayOf("n", Dtype::kFloat32, {}, few), arrayOf("p", Dtype::kFloat32, {2, 1, 4, 5}, many)});
  ArraysView view;
  show(view, shown);
  photograph(view, "arrays.png");
  const auto drawn = [&](int row) {
    view.table()->selectRow(row);
    return std::string(view.shownView()->metaObject()->className());
  };
  EXPECT_EQ(drawn(0), "warmstart::CurveView");
  EXPECT_EQ(drawn(1), "warmstart::MatrixView");
  EXPECT_EQ(drawn(2), "warmstart::TableView");
  EXPECT_EQ(drawn(3), "warmstart::ImageGridView");
}

TEST_F(CaptureViewsTest, AViewIsSavedAsPictureVectorsAndTable) {
  const std::vector<float> values{1, 2, 3, 4};
  MatrixView view;
  show(view, capture({{"kind", "matrix"}}, {arrayOf("m", Dtype::kFloat32, {2, 2}, values)}));
  const QString base = folder_.path() + QStringLiteral("/view.");
  for (const char* ending : {"png", "svg", "pdf", "csv"})
    saveCaptureView(view, base + QLatin1String(ending));
  EXPECT_EQ(QImage(base + QStringLiteral("png")).width(), 2 * view.canvas()->width());
  QFile pdf(base + QStringLiteral("pdf"));
  ASSERT_TRUE(pdf.open(QIODevice::ReadOnly));
  EXPECT_TRUE(pdf.readAll().startsWith("%PDF"));
  QFile svg(base + QStringLiteral("svg"));
  ASSERT_TRUE(svg.open(QIODevice::ReadOnly));
  EXPECT_TRUE(
      svg.readAll().contains(QColor(look::colours(look::Map::kViridis).back()).name().toLatin1()));
  EXPECT_THROW(saveCaptureView(view, base + QStringLiteral("doc")), Error);
}

}  // namespace
}  // namespace warmstart
